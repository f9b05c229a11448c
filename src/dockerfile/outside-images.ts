import { type ImageName, parseImageName } from './image-name.ts';
import type { StageGraph } from './stages.ts';
import type { Span } from './syntax.ts';
import type { VariableUse } from './variables/expansion.ts';

/** An image from outside that a build takes something of. */
export interface OutsideImage {
  /** `FROM`, `COPY --from` or `RUN --mount from`. */
  readonly by: 'FROM' | 'COPY' | 'RUN';
  /** Where the reference stands, as written. */
  readonly span: Span;
  readonly written: string;
  /** The reference as a build without build arguments makes it. */
  readonly reference: string;
  readonly name: ImageName;
  readonly uses: readonly VariableUse[];
}

/** Every image that stages are built on or copy from; those that can't be told, or that are no names, are left out. */
export function outsideImages(graph: StageGraph): readonly OutsideImage[] {
  const images: OutsideImage[] = [];
  for (const { base, from, takes } of graph.stages) {
    if (base.kind === 'image' && base.reference.text !== undefined && base.reference.text !== '') {
      const { text: reference, uses } = base.reference;
      const name = parseImageName(reference);
      if (name !== undefined)
        images.push({ by: 'FROM', span: from.image.span, written: from.image.text, reference, name, uses });
    }
    for (const { by, source, written, span } of takes) {
      const name = source.kind === 'image' ? parseImageName(written) : undefined;
      if (name !== undefined)
        images.push({ by: by.kind === 'run' ? 'RUN' : 'COPY', span, written, reference: written, name, uses: [] });
    }
  }
  return images;
}

/** Whether a name may as well be a mistyped stage: one word without tag, digest or slash. */
export function looksLikeStage({ written, by }: OutsideImage): boolean {
  return by !== 'FROM' && !/[:/@]/.test(written);
}
