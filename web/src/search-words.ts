/** The words of an address that a page knows; all others are dropped. */
export function words<const Name extends string>(
  ...names: readonly Name[]
): (search: Record<string, unknown>) => { readonly [Key in Name]?: string } {
  return (search) => {
    const known: { [Key in Name]?: string } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === 'string' && value !== '' && value.length <= 1024) known[name] = value;
    }
    return known;
  };
}
