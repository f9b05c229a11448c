import module from 'node:module';

// Start-up is most of a warm scan: keep compiled code between runs, and load only what the command needs.
module.enableCompileCache();

const { run } = await import('./run.ts');
await run(process.argv.slice(2));
