import { offeredFix, safeFix } from '../fix.ts';
import { looksLikeStage, outsideImages } from '../outside-images.ts';
import { guessBudget, nearest } from '../read/nearest.ts';
import type { Draft, DockerfileRule } from '../rule.ts';

/** COPY --from names a stage. */
export const copyFromStage: DockerfileRule = {
  name: 'copy-from-stage',
  summary: 'COPY --from names a stage that comes before it.',
  explanation:
    "A name that is no stage is taken for an image from Docker Hub: a mistyped stage fetches a stranger's image. A number counts stages and names another one when a stage is put in before it. An image with a tag or a registry is meant as one.",
  category: 'correctness',
  severity: 'warning',
  aliases: ['DL3022'],
  check(_, { graph }) {
    const names = graph.stages.flatMap(({ name }) => (name === undefined ? [] : [name]));
    const budget = guessBudget();
    const strangers = outsideImages(graph)
      .filter(looksLikeStage)
      .map(({ written, span, by }): Draft => {
        const near = nearest(written, names, budget);
        const message = `${written.slice(0, 80)} is no stage, so it is fetched as an image`;
        if (near === undefined) return { span, message, advice: 'name a stage above, or an image with its tag' };
        const draft = { span, message, advice: `is the stage ${near} meant?` };
        if (by !== 'COPY') return draft;
        const note = `files come from the stage ${near}, not from an image of the name ${written.slice(0, 80)}`;
        return { ...draft, fix: offeredFix(`take from ${near}`, [{ span, text: near }], { effect: 'contents', note }) };
      });
    const numbers = graph.stages.flatMap(({ takes, index }) =>
      takes.flatMap(({ written, span, source }): readonly Draft[] => {
        const stage = source.kind === 'stage' ? graph.stages[source.stage] : undefined;
        if (stage === undefined || stage.index >= index || !/^\d+$/.test(written)) return [];
        const advice =
          stage.name === undefined ? `name it with FROM … AS and use the name` : `write --from=${stage.name}`;
        const draft: Draft = { span, message: `stage ${written} is named by its number`, advice, severity: 'info' };
        if (stage.name === undefined) return [draft];
        // A later stage of that name would be taken instead.
        if (names.indexOf(stage.name) !== names.lastIndexOf(stage.name)) return [draft];
        return [{ ...draft, fix: safeFix(advice, [{ span, text: stage.name }]) }];
      }),
    );
    return [...strangers, ...numbers];
  },
};
