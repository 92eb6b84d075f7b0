import { ApexErrorListener, ApexParserBaseVisitor, ApexParserFactory } from '@apexdevtools/apex-parser';
import type {
  CompilationUnitContext,
  FormalParameterListContext,
  MethodDeclarationContext,
} from '@apexdevtools/apex-parser';

class Faults extends ApexErrorListener {
  readonly found: { readonly line: number; readonly message: string }[] = [];
  override apexSyntaxError(line: number, _column: number, message: string): void {
    this.found.push({ line, message });
  }
}

export type ParsedApex = {
  readonly unit: CompilationUnitContext;
  readonly faults: readonly { readonly line: number; readonly message: string }[];
};

export function parseApex(text: string): ParsedApex {
  const parser = ApexParserFactory.createParser(text);
  const faults = new Faults();
  parser.removeErrorListeners();
  parser.addErrorListener(faults);
  return { unit: parser.compilationUnit(), faults: faults.found };
}

export type ApexMethod = {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly isStatic: boolean;
  /** The annotations in lower case, without @. */
  readonly annotations: readonly string[];
  readonly declaration: MethodDeclarationContext;
};

/** The methods of a class, inner classes included. */
export function methodsOf(unit: CompilationUnitContext): ApexMethod[] {
  const methods: ApexMethod[] = [];
  class Visitor extends ApexParserBaseVisitor<void> {
    visitMethodDeclaration = (declaration: MethodDeclarationContext): void => {
      const modifiers = modifiersOf(declaration);
      // the types of the generated parser know no absent parts
      const list = declaration.formalParameters().formalParameterList() as FormalParameterListContext | null;
      const parameters = list?.formalParameter_list() ?? [];
      methods.push({
        name: declaration.id().getText(),
        parameters: parameters.map((parameter) => parameter.id().getText()),
        isStatic: modifiers.includes('static'),
        annotations: modifiers.filter((modifier) => modifier.startsWith('@')).map((modifier) => modifier.slice(1)),
        declaration,
      });
    };
  }
  new Visitor().visit(unit);
  return methods;
}

/** Modifiers stand beside the member, below a common parent. */
function modifiersOf(declaration: MethodDeclarationContext): string[] {
  const owner = declaration.parentCtx?.parentCtx as { modifier_list?: () => { getText(): string }[] } | null;
  return (owner?.modifier_list?.() ?? []).map((modifier) => modifier.getText().toLowerCase());
}
