import type { BaseFact } from '../facts.ts';
import { looksLikeStage, outsideImages } from '../outside-images.ts';
import type { Draft, DockerfileRule } from '../rule.ts';

/** Bases that the organisation stands behind. */
export const endorsedBase: DockerfileRule = {
  name: 'endorsed-base',
  summary: 'Every base image is endorsed in the catalogue of bases.',
  explanation:
    'The catalogue says which bases somebody in the organisation assessed, and keeps up to date. One that is not in it, or is retired, has nobody who will tell when it must be rebuilt. Needs a catalogue; without one this says nothing.',
  category: 'supply-chain',
  severity: 'warning',
  aliases: [],
  check(_, { graph, facts }) {
    const { base: lookUp } = facts;
    if (lookUp === undefined) return [];
    return outsideImages(graph).flatMap((image) => {
      if (looksLikeStage(image)) return [];
      const { span, reference } = image;
      const base = lookUp(reference);
      if (base === undefined)
        return [
          {
            span,
            message: `${reference.slice(0, 120)} is not in the catalogue of bases`,
            advice: 'take one that plimsoll base list shows, or propose this one: plimsoll base add',
          },
        ];
      return about(base, span);
    });
  },
};

function about({ name, state, successor, supportEnd }: BaseFact, span: Draft['span']): readonly Draft[] {
  if (state === 'endorsed') return [];
  const instead = successor === undefined ? 'take one that plimsoll base list shows as endorsed' : `take ${successor}`;
  const until = supportEnd === undefined ? '' : `, supported until ${supportEnd}`;
  if (state === 'retired')
    return [{ span, message: `the base ${name} is retired${until}`, advice: instead, severity: 'error' }];
  return [
    state === 'deprecated'
      ? { span, message: `the base ${name} is deprecated${until}`, advice: instead }
      : { span, message: `the base ${name} is only a candidate`, advice: 'wait until it is endorsed, or take another' },
  ];
}
