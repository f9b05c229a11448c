import { offeredFix } from '../fix.ts';
import type { DockerfileRule, Draft } from '../rule.ts';
import { withoutArgument, withoutInstruction } from '../rule-edits.ts';
import type { Dockerfile, Span, VolumeInstruction } from '../syntax.ts';
import { expandWord } from '../variables/expansion.ts';
import { instructionsOf } from '../walk.ts';

const sockets = /(?:^|\/)(?:docker|containerd|crio|podman|cri-dockerd)\.sock$/;
const folders: ReadonlySet<string> = new Set(
  '/ /bin /boot /dev /etc /lib /lib64 /proc /root /run /sbin /sys /usr /usr/bin /usr/lib /var /var/lib /var/lib/docker /var/lib/kubelet /var/run'.split(
    ' ',
  ),
);

/** No volumes over the system or over what is the host's. */
export const noHostVolumes: DockerfileRule = {
  name: 'no-host-volumes',
  summary: "VOLUME does not cover the system's folders or an engine's socket.",
  explanation:
    "A volume over /etc or /usr hides what the image brings from updates and scanners, and asks whoever runs it to mount the host's. An engine's socket in a container is root on the host.",
  category: 'security',
  severity: 'warning',
  aliases: [],
  check(file, { graph }) {
    return instructionsOf(file, 'volume').flatMap((instruction) => {
      const scope = graph.scopeOf(instruction);
      return instruction.paths.flatMap(({ text, span }): readonly Draft[] => {
        const path = (expandWord(text, scope).text ?? '').replace(/(?<=.)\/+$/, '').replace(/\/{2,}/g, '/');
        if (sockets.test(path))
          return [
            {
              span,
              message: `${path.slice(0, 100)} is the engine's socket: who has it is root on the host`,
              advice: 'take it out; give the container an API with fewer rights',
              severity: 'error' as const,
              ...withoutVolume(file, instruction, span),
            },
          ];
        return folders.has(path) || /^\/(?:proc|sys|dev)\//.test(path)
          ? [
              {
                span,
                message: `${path.slice(0, 100)} is part of the system`,
                advice: 'make a volume of the folder with the data alone',
                ...withoutVolume(file, instruction, span),
              },
            ]
          : [];
      });
    });
  },
};

function withoutVolume(file: Dockerfile, instruction: VolumeInstruction, span: Span): Pick<Draft, 'fix'> {
  const { paths, isJson } = instruction;
  const edit =
    paths.length === 1 ? withoutInstruction(file, instruction) : isJson ? undefined : withoutArgument(file, span);
  if (edit === undefined) return {};
  const note = 'it is no volume: what is written there stays in the container';
  return { fix: offeredFix('take the volume out', [edit], { effect: 'configuration', note }) };
}
