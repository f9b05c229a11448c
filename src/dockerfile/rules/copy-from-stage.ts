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
      .map(({ written, span }): Draft => {
        const near = nearest(written, names, budget);
        return {
          span,
          message: `${written.slice(0, 80)} is no stage, so it is fetched as an image`,
          advice: near === undefined ? 'name a stage above, or an image with its tag' : `is the stage ${near} meant?`,
        };
      });
    const numbers = graph.stages.flatMap(({ takes, index }) =>
      takes.flatMap(({ written, span, source }): readonly Draft[] => {
        const stage = source.kind === 'stage' ? graph.stages[source.stage] : undefined;
        if (stage === undefined || stage.index >= index || !/^\d+$/.test(written)) return [];
        const advice =
          stage.name === undefined ? `name it with FROM … AS and use the name` : `write --from=${stage.name}`;
        const draft: Draft = { span, message: `stage ${written} is named by its number`, advice, severity: 'info' };
        if (stage.name === undefined) return [draft];
        return [{ ...draft, fix: { title: advice, edits: [{ span, text: stage.name }], isSafe: true } }];
      }),
    );
    return [...strangers, ...numbers];
  },
};
