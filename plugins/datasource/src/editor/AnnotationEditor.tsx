import { QueryEditor, type EditorProps } from './QueryEditor';

/** Marks on a graph come from events; a statement of one's own can make some too. */
export const AnnotationEditor = (props: EditorProps) => <QueryEditor {...props} kinds={['events', 'sql']} />;
