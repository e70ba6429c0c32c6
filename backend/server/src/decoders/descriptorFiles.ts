import {
  file_google_protobuf_any,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  type DescriptorProto,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { isScalar } from './protobufScalar';

const mostTypes = 10_000;
/** Names inside names make long ones: each is kept whole. */
const longestName = 512;
const longestFile = 1024;
const largestField = 2 ** 29 - 1;
const group = 10;
const message = 11;
const enumeration = 14;

/** Files that every compiler brings along, for sets that were made without their imports. */
const common = new Map(
  [
    file_google_protobuf_any,
    file_google_protobuf_descriptor,
    file_google_protobuf_duration,
    file_google_protobuf_empty,
    file_google_protobuf_field_mask,
    file_google_protobuf_struct,
    file_google_protobuf_timestamp,
    file_google_protobuf_wrappers,
  ].map(({ proto }) => [proto.name, proto]),
);

/** Counts types, and looks at what the library takes as it comes. */
class Names {
  types = 0;

  /** @returns a sentence; null where nothing is wrong */
  message(type: DescriptorProto, outer: string): string | null {
    const name = outer === '' ? type.name : `${outer}.${type.name}`;
    if (name.length > longestName) return `The name ${name.slice(0, 60)}… has more than ${longestName} characters.`;
    this.types += 1 + type.enumType.length;
    if (this.types > mostTypes)
      return `More than ${mostTypes.toLocaleString('en')} types are in the descriptor set. Leave out files that no message needs.`;
    for (const { name: inner } of [...type.field, ...type.enumType, ...type.extension, ...type.oneofDecl])
      if (name.length + inner.length >= longestName)
        return `The name ${name.slice(0, 60)}….${inner.slice(0, 60)} has more than ${longestName} characters.`;
    const numbers = new Set<number>();
    for (const field of type.field) {
      const at = `Field ${field.number} (${field.name.slice(0, 60)}) of ${name}`;
      if (field.number < 1 || field.number > largestField) return `${at} has a number that no field may have.`;
      if (numbers.has(field.number)) return `${at} has a number that another field has.`;
      numbers.add(field.number);
      const kind: number = field.type;
      if (!isScalar(kind) && kind !== group && kind !== message && kind !== enumeration)
        return `${at} is of a type that is not known (${kind}).`;
    }
    for (const inner of type.nestedType) {
      const wrong = this.message(inner, name);
      if (wrong !== null) return wrong;
    }
    return null;
  }
}

/** What the files say of themselves, looked at before anything is made of them. @returns a sentence; null where nothing is wrong */
export function checkNames(files: readonly FileDescriptorProto[]): string | null {
  const names = new Names();
  const seen = new Set<string>();
  for (const file of files) {
    if (file.name === '' || file.name.length > longestFile)
      return 'A file in the descriptor set has no name, or too long a one.';
    if (seen.has(file.name)) return `The file ${file.name} is in the descriptor set twice.`;
    seen.add(file.name);
    if (file.package.length > longestName || !/^(\w+(\.\w+)*)?$/.test(file.package))
      return `The package of ${file.name} is no name.`;
    names.types += file.enumType.length;
    for (const { name } of [...file.enumType, ...file.extension, ...file.service])
      if (file.package.length + name.length >= longestName)
        return `The name ${name.slice(0, 60)}… in ${file.name} has more than ${longestName} characters.`;
    for (const type of file.messageType) {
      const wrong = names.message(type, file.package);
      if (wrong !== null) return wrong;
    }
  }
  return null;
}

/** Each file behind those that it imports; a sentence where one is missing, or where they import each other. */
export function inOrder(files: readonly FileDescriptorProto[]): FileDescriptorProto[] | string {
  const all = new Map(files.map((file) => [file.name, file]));
  for (const file of all.values())
    for (const name of file.dependency) {
      const known = all.get(name) ?? common.get(name);
      // Behind the others: what is added here is walked as well.
      if (known) all.set(name, known);
      else
        return `The file ${name}, imported by ${file.name}, is not in the descriptor set: make it with --include_imports (protoc), or build the whole module (buf).`;
    }
  const done = new Set<string>();
  const ordered: FileDescriptorProto[] = [];
  const waiting = new Map<string, FileDescriptorProto[]>();
  const missing = new Map<FileDescriptorProto, number>();
  const ready: FileDescriptorProto[] = [];
  for (const file of all.values()) {
    const imports = new Set(file.dependency);
    missing.set(file, imports.size);
    if (imports.size === 0) ready.push(file);
    for (const name of imports) {
      const known = waiting.get(name);
      if (known) known.push(file);
      else waiting.set(name, [file]);
    }
  }
  for (let file = ready.pop(); file; file = ready.pop()) {
    ordered.push(file);
    done.add(file.name);
    for (const next of waiting.get(file.name) ?? []) {
      const left = (missing.get(next) ?? 0) - 1;
      missing.set(next, left);
      if (left === 0) ready.push(next);
    }
  }
  const stuck = [...all.keys()].find((name) => !done.has(name));
  return stuck === undefined ? ordered : `The file ${stuck} imports itself, over others or at once.`;
}
