import module from 'node:module';

// For the sources as they are; what users run starts in src/boot.
module.enableCompileCache();

const { run } = await import('./run.ts');
await run(process.argv.slice(2));
