export * from './backend';
export * from './errors';
export * from './files';
export * from './random';
export * from './safetensors';
