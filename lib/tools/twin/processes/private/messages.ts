/** What a supervisor and its Node children say to each other over the IPC channel. */
export type ToChild =
  | { readonly kind: 'start'; readonly config: unknown }
  | { readonly kind: 'ask'; readonly id: number; readonly topic: string; readonly body: unknown };

export type FromChild =
  | { readonly kind: 'ready'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly message: string };
