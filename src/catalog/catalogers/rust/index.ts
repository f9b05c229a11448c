/**
 * Rust programs and lock files to packages: the crates that cargo-auditable names in a section of the program, and
 * those of Cargo.lock. A program built without it names no crates; that is said, not guessed at.
 */
export { rust } from './rust.ts';
