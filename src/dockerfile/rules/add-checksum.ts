import { isGit, isRemote } from '../copy-sources.ts';
import type { DockerfileRule } from '../rule.ts';
import { expandWord } from '../variables/expansion.ts';
import { instructionsOf } from '../walk.ts';

/** What ADD fetches is checked. */
export const addChecksum: DockerfileRule = {
  name: 'add-checksum',
  summary: 'ADD of an address has a checksum.',
  explanation:
    'What an address gives can change without a trace. --checksum=sha256:… lets the build fail instead. For Git repositories, name a whole commit behind #.',
  category: 'supply-chain',
  severity: 'warning',
  aliases: [],
  check(file, { graph }) {
    return instructionsOf(file, 'add').flatMap((instruction) => {
      if (instruction.checksum !== undefined) return [];
      const scope = graph.scopeOf(instruction);
      return instruction.sources.flatMap(({ text, span }) => {
        const address = expandWord(text, scope).text ?? text;
        if (!isRemote(address)) return [];
        if (isGit(address) && /#[0-9a-f]{40}(?:[0-9a-f]{24})?(?::|$)/.test(address)) return [];
        return [
          isGit(address)
            ? {
                span,
                message: `${shown(address)} is a branch or tag that can be moved`,
                advice: 'name the commit: …git#COMMIT, all 40 digits',
              }
            : {
                span,
                message: `what ${shown(address)} gives is not checked`,
                advice: 'add --checksum=sha256:…, and take https',
              },
        ];
      });
    });
  },
};

/** Without what a person could log in with. */
function shown(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//').slice(0, 120);
}
