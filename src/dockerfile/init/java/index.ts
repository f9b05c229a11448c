/** What Maven and Gradle projects have in common: the last stage with a Java runtime, and what starts in it. */
export { javaPlan } from './runtime.ts';
export { pickJava } from './release.ts';
export { isJavaSource, mainClassOf } from './main-class.ts';
