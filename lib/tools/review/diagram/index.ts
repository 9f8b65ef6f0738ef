export { registerDiagram } from './command';
export { formatMermaid } from './mermaid';
export { pictureOf } from './picture';
export type { Picture } from './picture';
export { formatSvg } from './svg';
