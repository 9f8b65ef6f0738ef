export { formatMarkdown } from './markdown';
export { formatSarif } from './sarif';
export { formatJson, formatText } from './text';
