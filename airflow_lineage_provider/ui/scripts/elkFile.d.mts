export declare const elkFolder: string;
export declare const elkWorker: string;
export declare const elkFile: string;
