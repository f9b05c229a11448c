import type { ImagePlan } from '../plan.ts';

/** What no build needs: version control, what describes the image itself, editors' files. */
const never = [
  '.git',
  '.gitignore',
  '.gitattributes',
  '.github',
  '.gitlab-ci.yml',
  '.dockerignore',
  'Dockerfile*',
  '*.Dockerfile',
  'Containerfile*',
  'compose*.y*ml',
  'docker-compose*.y*ml',
  'kubernetes.yaml',
  'plimsoll.yaml',
  '.editorconfig',
  '.idea',
  '.vscode',
  '**/.DS_Store',
  '**/*.log',
  '**/*.swp',
];

/** What must never reach an image, by the names that secrets have. */
const secrets = [
  '**/.env',
  '**/.env.*',
  '!**/.env.example',
  '**/*.pem',
  '**/*.key',
  '**/*.p12',
  '**/*.pfx',
  '**/*.jks',
  '**/*.keystore',
  '**/id_rsa*',
  '**/id_ecdsa*',
  '**/id_ed25519*',
  '**/.aws',
  '**/.ssh',
  '**/.kube',
  '**/.docker',
  '**/.netrc',
  '**/.pypirc',
  '**/.git-credentials',
];

/** The `.dockerignore` beside the Dockerfile (Dockerfile reference, ".dockerignore files"). */
export function renderDockerignore(plan: ImagePlan): string {
  return [
    '# Neither sent to the builder nor copied: what the image does not need.',
    ...never,
    '',
    '# Made here, made again in the build, or only for developers.',
    ...plan.ignore,
    '',
    '# Secrets. A certificate that the program needs: name it here with ! before it.',
    ...secrets,
    '',
  ].join('\n');
}
