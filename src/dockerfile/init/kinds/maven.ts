import { CodedError } from '../../../model/index.ts';
import { isJavaSource, javaPlan, mainClassOf, pickJava } from '../java/index.ts';
import type { ProjectKind } from '../kind.ts';
import { cache, copy, run, workdir } from '../plan.ts';
import { depthOf, has, type Project, textOf } from '../project.ts';
import { type Element, elementAt, elementsNamed, readXml } from '../read/xml.ts';
import { isPlainWord, plainWord } from '../words.ts';

/** A Java program that Maven builds. */
export const maven: ProjectKind = {
  name: 'maven',
  summary: 'Java with Maven: Spring Boot, Quarkus, a shaded or a plain archive',
  bases: [
    { purpose: 'maven-build', reference: 'maven:3.9-eclipse-temurin-{}' },
    { purpose: 'java', reference: 'gcr.io/distroless/java{}-debian12:nonroot' },
  ],
  reads: (path) =>
    (depthOf(path) <= 2 && /(?:^|\/)pom\.xml$/.test(path)) ||
    isJavaSource(path) ||
    /(?:^|\/)src\/main\/resources\/application\.(?:properties|ya?ml)$/.test(path),
  detect: (project) => (has(project, 'pom.xml') ? { file: 'pom.xml', strength: 3 } : undefined),
  plan(project, options) {
    const root = readXml(textOf(project, 'pom.xml'), 'pom.xml');
    const module = programModule(project, root);
    const { start, commands, seen } = product(project, module);
    const poms = project.files.filter((path) => path.endsWith('pom.xml')).map((path) => textOf(project, path));
    const release = pickJava(javaRelease(module.pom) ?? javaRelease(root));
    const only = module.folder === '' ? '' : ` --projects ${module.folder} --also-make`;
    return javaPlan(
      project,
      {
        name: elementAt(module.pom, 'artifactId')?.text ?? project.name,
        seen: ['pom.xml', 'Maven', ...seen],
        build: {
          base: options.bases.for('maven-build', `maven:3.9-eclipse-temurin-${release.release}`),
          steps: [
            workdir('/src'),
            copy(['.'], './'),
            run(
              [`mvn --batch-mode --no-transfer-progress -DskipTests${only} package`, ...commands(only)],
              cache('/root/.m2/repository'),
            ),
          ],
        },
        start,
        release,
        buildText: poms.join('\n'),
        ignore: ['**/target', '.mvn/wrapper/maven-wrapper.jar'],
        notes: [],
      },
      options,
    );
  },
};

interface Module {
  /** Empty for the root. */
  readonly folder: string;
  readonly pom: Element;
}

/** The module that makes a program: the root, or of several the one that a plugin makes runnable. Throws `entry-unknown`. */
function programModule(project: Project, root: Element): Module {
  const names = elementsNamed(root, 'module')
    .map(({ text }) => text)
    .filter(isPlainWord);
  if (names.length === 0) return { folder: '', pom: root };
  const modules = names
    .filter((folder) => has(project, `${folder}/pom.xml`))
    .map((folder) => ({ folder, pom: readXml(textOf(project, `${folder}/pom.xml`), `${folder}/pom.xml`) }));
  const found =
    modules.find(({ pom }) => plugins(pom).some((name) => runnable.test(name))) ??
    modules.find(({ folder }) => mainClassOf(project, `${folder}/`) !== undefined);
  if (found !== undefined) return found;
  throw new CodedError('entry-unknown', 'none of the modules in pom.xml makes a program that can be started', {
    hint: 'give one the spring-boot, quarkus or shade plugin, or a class with a main method',
  });
}

const runnable = /^(?:spring-boot-maven-plugin|quarkus-maven-plugin|maven-shade-plugin|maven-assembly-plugin)$/;

function plugins(pom: Element): string[] {
  return elementsNamed(pom, 'plugin').map((plugin) => elementAt(plugin, 'artifactId')?.text ?? '');
}

interface Product {
  readonly start: readonly string[];
  /** What brings it to /out, given the options that choose the module. */
  readonly commands: (only: string) => readonly string[];
  readonly seen: readonly string[];
}

function product(project: Project, { folder, pom }: Module): Product {
  const used = plugins(pom);
  const target = folder === '' ? 'target' : `${plainWord(folder, 'the module')}/target`;
  const archive = `${target}/${archiveName(pom)}`;
  if (used.includes('quarkus-maven-plugin'))
    return { start: ['-jar', '/app/quarkus-run.jar'], commands: () => [`cp -r ${target}/quarkus-app /out`], seen: [] };
  const whole = {
    start: ['-jar', '/app/app.jar'],
    commands: (): string[] => ['mkdir -p /out', `cp ${archive}.jar /out/app.jar`],
  };
  if (used.includes('spring-boot-maven-plugin')) return { ...whole, seen: [] };
  if (used.includes('maven-shade-plugin')) return { ...whole, seen: ['shaded archive'] };
  if (used.includes('maven-assembly-plugin'))
    return {
      ...whole,
      commands: () => ['mkdir -p /out', `cp ${archive}-jar-with-dependencies.jar /out/app.jar`],
      seen: ['archive with its dependencies'],
    };
  const main =
    elementsNamed(pom, 'mainClass')[0]?.text ??
    elementAt(pom, 'properties', 'exec.mainClass')?.text ??
    mainClassOf(project, folder === '' ? '' : `${folder}/`);
  if (main === undefined || !/^[\w.$]{1,300}$/.test(main))
    throw new CodedError('entry-unknown', 'pom.xml names no main class, and not exactly one source has a main method', {
      hint: 'set <properties><exec.mainClass>…</exec.mainClass></properties> in pom.xml',
    });
  return {
    start: ['-cp', '/app/app.jar:/app/lib/*', main],
    commands: (only) => [
      `mvn --batch-mode --no-transfer-progress${only} dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/out/lib`,
      'mkdir -p /out/lib',
      `cp ${archive}.jar /out/app.jar`,
    ],
    seen: [`main class ${main}`],
  };
}

/** What Maven calls the archive, without its ending; a pattern where properties decide. */
function archiveName(pom: Element): string {
  const artifact = elementAt(pom, 'artifactId')?.text ?? '';
  const version = elementAt(pom, 'version')?.text ?? elementAt(pom, 'parent', 'version')?.text ?? '';
  const name = (elementAt(pom, 'build', 'finalName')?.text ?? `${artifact}-${version}`)
    .replaceAll(/\$\{(?:project\.)?artifactId\}/g, artifact)
    .replaceAll(/\$\{(?:project\.)?version\}/g, version)
    .replaceAll(
      /\$\{([\w.-]{1,100})\}/g,
      (whole, property: string) => elementAt(pom, 'properties', property)?.text ?? whole,
    );
  // Sources and Javadoc archives only come where a profile makes them.
  return isPlainWord(name) ? name : `${isPlainWord(artifact) ? artifact : ''}*`;
}

function javaRelease(pom: Element): string | undefined {
  const properties = elementAt(pom, 'properties');
  const names = ['maven.compiler.release', 'java.version', 'maven.compiler.target', 'maven.compiler.source'];
  const named = names.map((name) => elementAt(properties, name)?.text).find((text) => /^[\d.]{1,10}$/.test(text ?? ''));
  return (
    named ??
    elementsNamed(pom, 'release')
      .map(({ text }) => text)
      .find((text) => /^\d{1,3}$/.test(text))
  );
}
