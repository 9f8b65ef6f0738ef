export * from './connection-parts';
export * from './experiment';
export * from './experiment-part';
export * from './zone-parts';
