// The library's template validator costs seconds per process; `npm run lint:templates` runs it once.
process.env.CDK_VALIDATION = 'false';
