/** The package brings no types. */
declare module 'dynalite' {
  export default function dynalite(options?: {
    /** How long a table stays in the state CREATING, in milliseconds. */
    readonly createTableMs?: number;
  }): unknown;
}
