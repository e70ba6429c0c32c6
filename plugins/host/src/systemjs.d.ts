declare module 'systemjs/dist/system.js';
declare module 'systemjs/dist/extras/amd.js';
declare const System: {
  set(id: string, module: object): void;
  addImportMap(map: { imports: Record<string, string> }): void;
  import(url: string): Promise<{ plugin?: unknown }>;
};
declare module '*.css';
