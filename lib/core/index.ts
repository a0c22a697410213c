export * from './backend';
export * from './compile';
export * from './errors';
export * from './files';
export * from './places';
export * from './random';
export * from './safetensors';
