import { join } from 'node:path';
import {
  AnyType,
  DEFAULT_CONFIG,
  ObjectType,
  SchemaGenerator,
  StringType,
  createFormatter,
  createParser,
  createProgram,
  type CompletedConfig,
  type Schema,
  type SubNodeParser,
} from 'ts-json-schema-generator';
import { manifestCommands, shortName, type ManifestCommand } from '@file-migration/kit/command/command-manifest';

type Node = Parameters<SubNodeParser['supportsNode']>[0];

const plugin = join(import.meta.dirname, '../../plugin');

const config: CompletedConfig = {
  ...DEFAULT_CONFIG,
  path: join(plugin, 'src/commands/migrate/files/**/*.ts'),
  tsconfig: join(plugin, 'tsconfig.json'),
  // the compiler has checked the types already; this reads them
  skipTypeCheck: true,
  expose: 'none',
  topRef: false,
  additionalProperties: false,
};

/**
 * The schema of each command's `result` under `--json`, by command name: what `<Name>CommandResult` in the command's
 * file says.
 */
export async function commandSchemas(): Promise<Map<string, Schema>> {
  const program = createProgram(config);
  const checker = program.getTypeChecker();
  /** A branded string, such as a Salesforce id, is a string in JSON. */
  const brandedString: SubNodeParser = {
    supportsNode: (node) => {
      const type = checker.getTypeAtLocation(node);
      return type.isIntersection() && type.types.some((part) => checker.typeToString(part) === 'string');
    },
    createType: () => new StringType(),
  };
  /** migration.json has a schema of its own, `migration.schema.json`. */
  const migrationConfig: SubNodeParser = {
    supportsNode: (node) => textOf(node) === 'MigrationConfigInput',
    createType: () => new ObjectType('migration-config', [], [], new AnyType()),
  };
  /** New codes come with new versions, and Salesforce has codes of its own: whoever reads the JSON must expect any. */
  const failureCode: SubNodeParser = {
    supportsNode: (node) => failureCodes.has(textOf(node)),
    createType: () => new StringType(),
  };
  const parser = createParser(program, config, (chain) => {
    chain.addNodeParser(brandedString).addNodeParser(migrationConfig).addNodeParser(failureCode);
  });
  const generator = new SchemaGenerator(program, parser, createFormatter(config), config);
  const commands = await manifestCommands();
  return new Map(commands.map((command) => [shortName(command), schemaOf(command, generator)]));
}

const failureCodes: ReadonlySet<string> = new Set(['FailureCode', 'KnownFailureCode', 'SkipRule']);

/** A node that the generator made itself has no place in a file, and no text. */
function textOf(node: Node): string {
  return node.pos < 0 ? '' : node.getText();
}

function schemaOf(command: ManifestCommand, generator: SchemaGenerator): Schema {
  const name = shortName(command);
  const { definitions, ...schema } = generator.createSchema(`${className(name)}CommandResult`);
  return {
    ...schema,
    title: `sf migrate files ${name} --json: result`,
    // recursive types only; everything else stands where it is used
    ...(definitions !== undefined && Object.keys(definitions).length > 0 && { definitions }),
  };
}

/** `switch relink` → `SwitchRelink` */
function className(name: string): string {
  return name
    .split(' ')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
