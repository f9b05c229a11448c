import type { PlanOptions } from '../kind.ts';
import { copyBuilt, type ImagePlan, type Stage, workdir } from '../plan.ts';
import type { Project } from '../project.ts';
import { textOf } from '../project.ts';
import { healthPathIn, portOf } from '../sources.ts';
import { imageName } from '../words.ts';
import type { pickJava } from './release.ts';

/** What a Maven or Gradle build leaves in /out, and how it is started. */
export interface JavaProgram {
  readonly name: string;
  readonly seen: readonly string[];
  readonly build: Stage;
  /** Arguments that say what to start: `-jar /app/app.jar`. */
  readonly start: readonly string[];
  readonly release: ReturnType<typeof pickJava>;
  /** Text of build files, in which frameworks stand. */
  readonly buildText: string;
  readonly ignore: readonly string[];
  readonly notes: readonly string[];
}

/** Frameworks that listen, by what build files call them. */
const servers: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/spring-boot-starter-(?:web|webflux|jetty|undertow)/, 'Spring Boot'],
  [/\bquarkus-(?:rest|resteasy|vertx-http|reactive-routes)/, 'Quarkus'],
  [/\bmicronaut-http-server/, 'Micronaut'],
  [
    /\b(?:javalin|spark-core|ktor-server|helidon-webserver|vertx-web|dropwizard-core|jetty-server|undertow-core)\b/,
    'a web server',
  ],
];

/** The plan of a Java program: a runtime, the archives, nothing written but to /tmp. */
export function javaPlan(project: Project, program: JavaProgram, options: PlanOptions): ImagePlan {
  const texts = project.files
    .filter((path) => /\.(?:java|kt|properties|ya?ml)$/.test(path))
    .map((path) => textOf(project, path));
  const framework = servers.find(([pattern]) => pattern.test(program.buildText))?.[1];
  const listens =
    framework !== undefined || texts.some((text) => /\b(?:HttpServer\.create|new ServerSocket)\(/.test(text));
  const port = portOf(options, listens ? texts : [], listens ? 8080 : undefined);
  const healthPath = program.buildText.includes('spring-boot-starter-actuator')
    ? '/actuator/health'
    : program.buildText.includes('quarkus-smallrye-health')
      ? '/q/health'
      : healthPathIn(texts);
  return {
    name: imageName(program.name),
    seen: [...program.seen, ...(framework === undefined ? [] : [framework])],
    build: program.build,
    final: {
      base: options.bases.for('java', `gcr.io/distroless/java${program.release.release}-debian12:nonroot`),
      steps: [workdir('/app'), copyBuilt(['/out/'], './')],
    },
    user: '65532:65532',
    // The heap follows the container's limit; performance data would be a file in /tmp for each run.
    entrypoint: ['java', '-XX:MaxRAMPercentage=75', '-XX:-UsePerfData', ...program.start],
    ...(port === undefined ? {} : { port }),
    ...(healthPath === undefined ? {} : { healthPath }),
    needsInit: false,
    writable: [{ path: '/tmp', sizeMib: 128 }],
    memoryMib: 768,
    ignore: program.ignore,
    notes: [
      ...program.notes,
      ...(program.release.isMet
        ? []
        : [`no image is known for the Java that the project asks for: ${program.release.release} is taken`]),
    ],
    secrets: {},
  };
}
