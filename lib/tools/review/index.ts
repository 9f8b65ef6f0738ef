export { registerReview } from './command';
export { formatJson, formatMarkdown, formatSarif, formatText } from './format';
export { intentOf, readIntent } from './intent';
export * from './model';
export { rulePages } from './pages';
export { FAMILIES, RULES } from './registry';
export { review } from './review';
export type { ReviewOptions, ReviewReport, ReviewSummary } from './review';
