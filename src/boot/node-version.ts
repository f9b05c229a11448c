/** The oldest Node that runs the program; package.json says the same. */
const oldest = 24;

/** What to tell whoever runs the program with a Node that is too old for it; nothing where it is not. */
export function complaintAbout(version: string, executable: string): string | undefined {
  if (Number.parseInt(version, 10) >= oldest) return undefined;
  return `plimsoll: this is Node ${version} (${executable}), and Plimsoll needs Node ${oldest} or later
  in a checkout, "npx plimsoll" and "npm start --" bring their own
`;
}
