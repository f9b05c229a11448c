/**
 * Names of the machines that container images are built for, by e_machine (System V gABI, "ELF Header", and the
 * registry of machine numbers).
 */
export const machineNames: ReadonlyMap<number, string> = new Map([
  [2, 'sparc'],
  [3, 'i386'],
  [4, 'm68k'],
  [8, 'mips'],
  [15, 'parisc'],
  [18, 'sparc32plus'],
  [20, 'ppc'],
  [21, 'ppc64'],
  [22, 's390'],
  [40, 'arm'],
  [42, 'superh'],
  [43, 'sparcv9'],
  [50, 'ia64'],
  [62, 'x86-64'],
  [83, 'avr'],
  [93, 'arc'],
  [94, 'xtensa'],
  [164, 'hexagon'],
  [183, 'aarch64'],
  [189, 'microblaze'],
  [190, 'cuda'],
  [224, 'amdgpu'],
  [243, 'riscv'],
  [247, 'bpf'],
  [252, 'csky'],
  [258, 'loongarch'],
]);
