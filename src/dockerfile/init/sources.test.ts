import { expect, test } from 'vitest';
import { healthPathIn, heedsSignals, listensOnLoopback, portIn, portOf } from './sources.ts';

test.each([
  ['app.listen(process.env.PORT || 3000)', 3000],
  ["const port = process.env['PORT'] ?? '8088';", 8088],
  ['port = int(os.environ.get("PORT", 5001))', 5001],
  ["set :port, ENV.fetch('PORT', 4567)", 4567],
  ['let port = env::var("PORT").unwrap_or("7000".into());', 7000],
  ['http.ListenAndServe(":9090", nil)', 9090],
  ['server.port=8081', 8081],
  ['TcpListener::bind("0.0.0.0:8443")', 8443],
  ['new InetSocketAddress(8082)', 8082],
  ['address.sin_port = htons(7070);', 7070],
  ['const year = 2024', undefined],
  ['listen(99999)', undefined],
])('%s listens on %s', (text, expected) => {
  expect(portIn([text])).toBe(expected);
});

test('the port that the user names comes first, then that of the sources, then the usual one', () => {
  expect(portOf({ port: 1234 }, ['listen(80)'], 3000)).toBe(1234);
  expect(portOf({ port: 'none' }, ['listen(80)'], 3000)).toBeUndefined();
  expect(portOf({}, ['x.listen(8088)'], 3000)).toBe(8088);
  expect(portOf({}, [''], 3000)).toBe(3000);
  expect(portOf({}, [''], undefined)).toBeUndefined();
});

test('usual paths for questions after health are seen, others are not', () => {
  expect(healthPathIn(["app.get('/healthz', h)"])).toBe('/healthz');
  expect(healthPathIn(['router.GET("/api/health", h)'])).toBe('/api/health');
  expect(healthPathIn(['"/healthy-food"'])).toBeUndefined();
});

test('listening on loopback is seen', () => {
  expect(listensOnLoopback(["app.listen(3000, '127.0.0.1')"])).toBe(true);
  expect(listensOnLoopback(['http.ListenAndServe("localhost:8080", nil)'])).toBe(true);
  expect(listensOnLoopback(["fetch('http://localhost:3000')"])).toBe(false);
});

test('handling SIGTERM is seen', () => {
  expect(heedsSignals(["process.on('SIGTERM', stop)"])).toBe(true);
  expect(heedsSignals(['listen(1)'])).toBe(false);
});
