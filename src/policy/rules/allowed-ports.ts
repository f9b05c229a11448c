import type { Rule } from '../rule.ts';

interface Settings {
  readonly allow: readonly string[];
}

interface PortRange {
  readonly from: number;
  readonly to: number;
  readonly protocol: string;
}

/** The image exposes none but the allowed ports. */
export const allowedPorts: Rule<Settings> = {
  name: 'allowed-ports',
  summary: 'The image declares (EXPOSE) no port but those allowed.',
  explanation:
    'What EXPOSE declares is what people publish. Ports are written 8080, 8080/tcp, 53/udp or 1024-65535/tcp; without a ' +
    'protocol tcp is meant. A declared port that cannot be understood cannot be told.',
  needs: ['configuration'],
  defaults: { allow: ['1024-65535/tcp', '1024-65535/udp'] },
  settings: (z) => ({
    allow: z
      .array(z.string().regex(/^\d{1,5}(?:-\d{1,5})?(?:\/(?:tcp|udp|sctp))?$/))
      .describe('Ports or ranges. Default 1024-65535 of tcp and udp.'),
  }),
  check(record, { allow }) {
    const allowed = allow.map(parsePorts).filter((range) => range !== undefined);
    const violations = [];
    const doubts = [];
    for (const port of [...record.image.configuration.exposedPorts].sort()) {
      const range = parsePorts(port);
      if (range === undefined) doubts.push({ what: `which port ${port} is` });
      else if (
        !allowed.some(({ from, to, protocol }) => from <= range.from && range.to <= to && protocol === range.protocol)
      )
        violations.push({
          subject: `port:${port}`,
          severity: 'medium' as const,
          what: `port ${port} is exposed`,
          why: `allowed: ${allow.join(', ') || 'none'}`,
          owner: 'image' as const,
          mend: `listen on an allowed port and change EXPOSE ${port}`,
        });
    }
    return { violations, doubts };
  },
};

function parsePorts(text: string): PortRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/([a-z]{1,10}))?$/.exec(text);
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  return from > to || to > 65_535 ? undefined : { from, to, protocol: match[3] ?? 'tcp' };
}
