/** A reference whose registry goes first where there is no room: what people look for stands behind it. */
export function ImageName({ name }: { readonly name: string }) {
  const slash = name.indexOf('/');
  const host = slash > 0 && /[.:]/.test(name.slice(0, slash)) ? name.slice(0, slash + 1) : '';
  return (
    <span className="image-words" title={name}>
      {host !== '' && <span className="image-host">{host}</span>}
      <span className="image-rest">{name.slice(host.length)}</span>
    </span>
  );
}
