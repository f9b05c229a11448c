/** Names of the kinds of projects, for `--kind`, in the order in which messages list them; kinds/list.test.ts holds them to the list. */
export const kindNames: readonly string[] = [
  ...['node', 'python', 'maven', 'gradle', 'go', 'rust', 'ruby', 'dotnet', 'php', 'static', 'make'],
];

/** Names of the ways to say how the image is run, for `--run`. */
export const runFormNames: readonly string[] = ['docker', 'compose', 'kubernetes'];
