import type { ImagePlan } from '../plan.ts';
import type { RunForm } from './run-form.ts';

/**
 * A Deployment, and a Service where there is a port, that the Kubernetes pod security standard `restricted` admits.
 */
export const kubernetes: RunForm = {
  name: 'kubernetes',
  file: 'kubernetes.yaml',
  render(plan, image) {
    return [deployment(plan, image), ...(plan.port === undefined ? [] : [service(plan)])].join('---\n');
  },
};

function deployment(plan: ImagePlan, image: string): string {
  const [user = '65532', group = user] = plan.user.split(':');
  const lines = [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    `  name: ${plan.name}`,
    '  labels:',
    `    app.kubernetes.io/name: ${plan.name}`,
    'spec:',
    '  replicas: 2',
    '  selector:',
    '    matchLabels:',
    `      app.kubernetes.io/name: ${plan.name}`,
    '  template:',
    '    metadata:',
    '      labels:',
    `        app.kubernetes.io/name: ${plan.name}`,
    '    spec:',
    '      automountServiceAccountToken: false',
    '      enableServiceLinks: false',
    '      securityContext:',
    '        runAsNonRoot: true',
    `        runAsUser: ${user}`,
    `        runAsGroup: ${group}`,
    `        fsGroup: ${group}`,
    '        seccompProfile:',
    '          type: RuntimeDefault',
    '      containers:',
    `        - name: ${plan.name}`,
    '          # Name it by the digest that was pushed: NAME@sha256:…',
    `          image: ${JSON.stringify(image)}`,
    ...(plan.port === undefined
      ? []
      : ['          ports:', '            - name: main', `              containerPort: ${plan.port}`]),
    '          securityContext:',
    '            allowPrivilegeEscalation: false',
    '            readOnlyRootFilesystem: true',
    '            capabilities:',
    '              drop:',
    '                - ALL',
    '          resources:',
    '            requests:',
    '              cpu: 100m',
    `              memory: ${Math.ceil(plan.memoryMib / 2)}Mi`,
    '            limits:',
    `              memory: ${plan.memoryMib}Mi`,
    ...probes(plan),
    '          volumeMounts:',
    ...plan.writable.flatMap(({ path }, index) => [
      `            - name: writable-${index}`,
      `              mountPath: ${path}`,
    ]),
    '      volumes:',
    ...plan.writable.flatMap(({ sizeMib }, index) => [
      `        - name: writable-${index}`,
      '          emptyDir:',
      '            medium: Memory',
      `            sizeLimit: ${sizeMib}Mi`,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** By the program's own health path where its sources have one, else whether it takes connections. */
function probes({ port, healthPath }: ImagePlan): string[] {
  if (port === undefined) return [];
  const question =
    healthPath === undefined
      ? ['            tcpSocket:', '              port: main']
      : ['            httpGet:', `              path: ${healthPath}`, '              port: main'];
  return [
    ...['          startupProbe:', ...question, '            periodSeconds: 2', '            failureThreshold: 30'],
    ...['          readinessProbe:', ...question, '            periodSeconds: 5', '            timeoutSeconds: 2'],
    // Restarting what is only busy makes it worse: this one waits longest.
    ...[
      '          livenessProbe:',
      ...question,
      '            periodSeconds: 20',
      '            timeoutSeconds: 5',
      '            failureThreshold: 3',
    ],
  ];
}

function service({ name, port }: ImagePlan): string {
  const lines = [
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    '  selector:',
    `    app.kubernetes.io/name: ${name}`,
    '  ports:',
    '    - name: main',
    `      port: ${port}`,
    '      targetPort: main',
  ];
  return `${lines.join('\n')}\n`;
}
