import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboard, type Dashboard, type Panel, type Target } from './boards.schema';

const here = path.join(path.dirname(fileURLToPath(import.meta.url)), '../dashboards');

/** Every dashboard of this repository by its file's name; Grafana takes each .json of the folder for one. @throws ZodError for what Grafana would not know */
export function readDashboards(): ReadonlyMap<string, Dashboard> {
  return new Map(
    readdirSync(here)
      .filter((file) => file.endsWith('.json'))
      .map((file) => [file, dashboard.parse(JSON.parse(readFileSync(path.join(here, file), 'utf8')))]),
  );
}

export const panelsOf = ({ panels }: Dashboard): Panel[] =>
  panels.flatMap((panel) => (panel.type === 'row' ? [] : [panel]));

/** Queries of panels and of annotations. */
export const targetsOf = (board: Dashboard): Target[] => [
  ...panelsOf(board).flatMap((panel) => panel.targets),
  ...board.annotations.list.flatMap((annotation) => ('target' in annotation ? [annotation.target] : [])),
];
