/** Commands that leave something behind in a session. */
const COMMANDS =
  /(^|;)\s*(set|reset|prepare|deallocate|execute|discard|declare|listen|unlisten|load)\b/i;
const TEMPORARY = /\bcreate\s+(or\s+replace\s+)?(local\s+|global\s+)?temp(orary)?\b/i;
const FUNCTIONS = /\b(set_config|nextval|setval|pg_(try_)?advisory_(?!xact)\w*lock\w*)\s*\(/i;
/** Comments, and whatever stands between quotes. */
const QUIET = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|\$(\w*)\$[\s\S]*?\$\1\$/g;

/**
 * Whether a statement changes the session, so that it cannot be shared until its client leaves.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-pinning.html
 */
export function pins(statement: string): boolean {
  const said = statement.replace(QUIET, ' ');
  return COMMANDS.test(said) || TEMPORARY.test(said) || FUNCTIONS.test(said);
}
