/** Names of AWS Regions, also of those that this product does not serve from. */
const REGION =
  /(?<![a-z0-9])(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov)?-(?:central|(?:north|south)(?:east|west)?|east|west)-\d(?![0-9])/g;

/** AWS Regions that a text names, each once. A zone such as `eu-west-1a` names its Region. */
export function regionsIn(text: string): readonly string[] {
  return [...new Set(text.match(REGION) ?? [])];
}
