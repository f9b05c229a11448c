import { CodedError } from '../../../model/index.ts';
import { isJavaSource, javaPlan, mainClassOf, pickJava } from '../java/index.ts';
import type { ProjectKind } from '../kind.ts';
import { cache, copy, run, workdir } from '../plan.ts';
import { firstOf, has, hasFolder, type Project, textOf } from '../project.ts';

const scripts = ['build.gradle.kts', 'build.gradle'];

/** A Java or Kotlin program that Gradle builds. */
export const gradle: ProjectKind = {
  name: 'gradle',
  summary: 'Java or Kotlin with Gradle: Spring Boot, a shadow archive, the application plugin',
  bases: [
    { purpose: 'gradle-build', reference: 'gradle:8-jdk{}' },
    { purpose: 'jdk-build', reference: 'eclipse-temurin:{}-jdk' },
    { purpose: 'java', reference: 'gcr.io/distroless/java{}-debian12:nonroot' },
  ],
  reads: (path) =>
    /^(?:(?:app|server|application)\/)?build\.gradle(?:\.kts)?$/.test(path) ||
    /^settings\.gradle(?:\.kts)?$/.test(path) ||
    path === 'gradle/libs.versions.toml' ||
    isJavaSource(path) ||
    /(?:^|\/)src\/main\/resources\/application\.(?:properties|ya?ml)$/.test(path),
  detect(project) {
    const file = firstOf(project, [...scripts, 'settings.gradle.kts', 'settings.gradle']);
    return file === undefined ? undefined : { file, strength: 3 };
  },
  plan(project, options) {
    const module = ['', 'app/', 'server/', 'application/'].find(
      (folder) => scriptOf(project, folder) !== undefined && (folder !== '' || hasFolder(project, 'src')),
    );
    if (module === undefined)
      throw new CodedError(
        'entry-unknown',
        'no Gradle project with sources was found in the root, app, server or application',
        {
          hint: 'run it in the folder of the program, or keep the program in app',
        },
      );
    const file = scriptOf(project, module)!;
    const script = textOf(project, file);
    const texts = [
      script,
      textOf(project, firstOf(project, scripts) ?? ''),
      textOf(project, 'gradle/libs.versions.toml'),
    ].join('\n');
    const settings = textOf(project, firstOf(project, ['settings.gradle.kts', 'settings.gradle']) ?? '');
    const release = pickJava(javaRelease(texts));
    const { task, commands, start, seen } = product(project, { script, module });
    // The wrapper fixes Gradle's version, and its checksum where the project has one.
    const hasWrapper = has(project, 'gradlew') && has(project, 'gradle/wrapper/gradle-wrapper.properties');
    const base = hasWrapper
      ? options.bases.for('jdk-build', `eclipse-temurin:${release.release}-jdk`)
      : options.bases.for('gradle-build', `gradle:8-jdk${release.release}`);
    return javaPlan(
      project,
      {
        name: /rootProject\.name\s{0,5}=\s{0,5}["']([^"'\n]{1,100})["']/.exec(settings)?.[1] ?? project.name,
        seen: [file, hasWrapper ? 'Gradle wrapper' : 'Gradle', ...seen],
        build: {
          base,
          steps: [
            workdir('/src'),
            copy(['.'], './'),
            run(
              [
                `${hasWrapper ? 'sh ./gradlew' : 'gradle'} --no-daemon --console=plain ${module === '' ? '' : `:${module.slice(0, -1)}:`}${task}`,
                ...commands,
              ],
              cache('/root/.gradle'),
            ),
          ],
        },
        start,
        release,
        buildText: texts,
        ignore: ['**/build', '.gradle'],
        notes: hasWrapper ? [] : ['no Gradle wrapper: gradle wrapper fixes the version that builds'],
      },
      options,
    );
  },
};

function scriptOf(project: Project, folder: string): string | undefined {
  return firstOf(
    project,
    scripts.map((name) => `${folder}${name}`),
  );
}

interface Product {
  readonly task: string;
  readonly commands: readonly string[];
  readonly start: readonly string[];
  readonly seen: readonly string[];
}

function product(project: Project, { script, module }: { readonly script: string; readonly module: string }): Product {
  const archive = (pattern: string): readonly string[] => [
    'mkdir -p /out',
    `cp ${module}build/libs/${pattern} /out/app.jar`,
  ];
  const start = ['-jar', '/app/app.jar'];
  if (
    /org\.springframework\.boot["']?\)?/.test(script) &&
    !/org\.springframework\.boot[^\n]{0,80}apply\s+false/.test(script)
  )
    return { task: 'bootJar', commands: archive('*.jar'), start, seen: [] };
  if (/com\.(?:github\.johnrengelman|gradleup)\.shadow/.test(script))
    return { task: 'shadowJar', commands: archive('*-all.jar'), start, seen: ['shadow archive'] };
  const main =
    /mainClass(?:Name)?\s{0,5}(?:=|\.set\()\s{0,5}["']([\w.$]{1,300})["']/.exec(script)?.[1] ??
    mainClassOf(project, module);
  const isApplication = /(?:^|[\s"'`(])application(?:[\s"'`)]|$)/m.test(script);
  if (main === undefined || !isApplication)
    throw new CodedError('entry-unknown', 'the Gradle script says no program to start', {
      hint: 'use the plugin "application" and set application.mainClass',
    });
  return {
    task: 'installDist',
    commands: ['mkdir -p /out', `cp -r ${module}build/install/*/lib /out/lib`],
    start: ['-cp', '/app/lib/*', main],
    seen: [`main class ${main}`],
  };
}

function javaRelease(script: string): string | undefined {
  return (
    /JavaLanguageVersion\.of\(["']?(\d{1,3})/.exec(script)?.[1] ??
    /jvmToolchain\((\d{1,3})\)/.exec(script)?.[1] ??
    /sourceCompatibility\s{0,5}=\s{0,5}(?:JavaVersion\.VERSION_)?["']?(?:1[._](?=\d))?(\d{1,3})/.exec(script)?.[1]
  );
}
