import 'systemjs/dist/system.js';
import 'systemjs/dist/extras/amd.js';
import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as data from '@grafana/data';
import * as runtime from '@grafana/runtime';
import * as ui from '@grafana/ui';
import * as i18next from 'i18next';
import lodash from 'lodash';
import moment from 'moment';
import * as react from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import * as reactDom from 'react-dom';
import * as reactDomClient from 'react-dom/client';
import * as reactRouter from 'react-router';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';

/** What Grafana 12.3 hands to plugins instead of their own copy, as far as the plugins here ask for it. */
const shared: Record<string, object> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': data,
  '@grafana/runtime': runtime,
  '@grafana/ui': ui,
  i18next,
  lodash: { default: lodash, ...lodash },
  moment: { default: moment },
  react: { default: react, ...react },
  'react-dom': { default: reactDom, ...reactDom },
  'react-dom/client': reactDomClient,
  'react-router': reactRouter,
  'react/jsx-runtime': jsxRuntime,
  'react/jsx-dev-runtime': jsxRuntime,
  rxjs,
  'rxjs/operators': rxjsOperators,
};

export function shareDependencies(): void {
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(shared)) {
    imports[name] = `package:${name}`;
    System.set(`package:${name}`, module);
  }
  System.addImportMap({ imports });
}

export const loadPlugin = (url: string) => System.import(new URL(url, document.baseURI).href);
