/**
 * Specifications of installed Ruby gems, and Gemfile.lock, to packages. Specifications are Ruby programs: they are read for
 * the literals that RubyGems writes into them, never run.
 */
export { ruby } from './ruby.ts';
