/** Bundle of the sample workload, relative to the working directory. */
export const SAMPLE_BUNDLE = 'build/lambda/api';
