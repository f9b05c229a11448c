/**
 * File capabilities, the extended attribute `security.capability`, as text in the grammar of cap_from_text(3). Layout:
 * struct vfs_cap_data and vfs_ns_cap_data of linux/capability.h, little-endian on every machine; revision 1 has one
 * pair of 32-bit sets, revisions 2 and 3 two, and 3 adds the user id that is root in the owning namespace.
 */

const names = [
  'cap_chown',
  'cap_dac_override',
  'cap_dac_read_search',
  'cap_fowner',
  'cap_fsetid',
  'cap_kill',
  'cap_setgid',
  'cap_setuid',
  'cap_setpcap',
  'cap_linux_immutable',
  'cap_net_bind_service',
  'cap_net_broadcast',
  'cap_net_admin',
  'cap_net_raw',
  'cap_ipc_lock',
  'cap_ipc_owner',
  'cap_sys_module',
  'cap_sys_rawio',
  'cap_sys_chroot',
  'cap_sys_ptrace',
  'cap_sys_pacct',
  'cap_sys_admin',
  'cap_sys_boot',
  'cap_sys_nice',
  'cap_sys_resource',
  'cap_sys_time',
  'cap_sys_tty_config',
  'cap_mknod',
  'cap_lease',
  'cap_audit_write',
  'cap_audit_control',
  'cap_setfcap',
  'cap_mac_override',
  'cap_mac_admin',
  'cap_syslog',
  'cap_wake_alarm',
  'cap_block_suspend',
  'cap_audit_read',
  'cap_perfmon',
  'cap_bpf',
  'cap_checkpoint_restore',
];

const pairsOfRevision: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 2],
  [3, 2],
]);

/**
 * Gives `cap_net_raw=ep`, several sets apart by a space (`cap_chown=p cap_kill=ei`), the owning namespace's root as
 * ` [rootid=100000]`; empty where no capability is set, undefined where the bytes are no such attribute.
 */
export function capabilitiesText(attribute: Uint8Array): string | undefined {
  const view = new DataView(attribute.buffer, attribute.byteOffset, attribute.length);
  if (attribute.length < 4) return undefined;
  const magic = view.getUint32(0, true);
  const revision = magic >>> 24;
  const pairs = pairsOfRevision.get(revision);
  if (pairs === undefined || attribute.length < 4 + pairs * 8 + (revision === 3 ? 4 : 0)) return undefined;
  const effective = (magic & 1) !== 0;
  const bySet = new Map<string, string[]>();
  for (let number = 0; number < pairs * 32; number++) {
    const at = 4 + (number >>> 5) * 8;
    const permitted = (view.getUint32(at, true) >>> (number & 31)) & 1;
    const inheritable = (view.getUint32(at + 4, true) >>> (number & 31)) & 1;
    if (permitted + inheritable === 0) continue;
    const set = `${effective ? 'e' : ''}${inheritable === 1 ? 'i' : ''}${permitted === 1 ? 'p' : ''}`;
    const members = bySet.get(set);
    if (members === undefined) bySet.set(set, [names[number] ?? String(number)]);
    else members.push(names[number] ?? String(number));
  }
  const text = [...bySet].map(([set, members]) => `${isEvery(members) ? '' : members.join(',')}=${set}`).join(' ');
  const root = revision === 3 ? view.getUint32(20, true) : 0;
  return root === 0 ? text : `${text} [rootid=${root}]`.trimStart();
}

/** `=ep` says the same as all names, as libcap writes it. */
function isEvery(members: readonly string[]): boolean {
  return members.length >= names.length && names.every((name, index) => members[index] === name);
}
