/** JSON inside a script element: nothing in it can end the element. */
const embed = (value: unknown) => JSON.stringify(value).replace(/</g, '\\u003c');

export const loginPage =
  () => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Log in</title>
<style>body{font:15px system-ui;background:#111217;color:#ccccdc;display:grid;place-items:center;min-height:100vh;margin:0}form{display:grid;gap:12px;width:280px}input,button{font:inherit;padding:8px;border-radius:4px;border:1px solid #444;background:#181b1f;color:inherit}button{background:#3d71d9;color:#fff;border:0;cursor:pointer}p{min-height:1.3em;color:#ff7383;margin:0}</style></head>
<body><form><h1>Plugin host</h1><label>Email or username<input name="user" autocomplete="username" required autofocus></label><label>Password<input name="password" type="password" autocomplete="current-password" required></label><button type="submit">Log in</button><p role="alert"></p></form>
<script>document.forms[0].onsubmit=async(e)=>{e.preventDefault();const f=new FormData(e.target);const r=await fetch('/login',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({user:f.get('user'),password:f.get('password')})});if(r.ok){const to=new URLSearchParams(location.search).get('redirectTo')||'/';location.href=/^\\/(?!\\/)/.test(to)?to:'/'}else document.querySelector('p').textContent='Invalid username or password'}</script></body></html>`;

export const appPage = (
  boot: unknown,
  theme: string,
) => `<!doctype html><html lang="en" class="theme-${theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><base href="/"><title>Grafana plugin host</title><link rel="stylesheet" href="/public/host/page.css"></head>
<body class="theme-${theme} app-grafana"><div id="reactRoot"></div><script>window.grafanaBootData=${embed(boot)};window.__grafana_public_path__='/public/';window.public_cdn_path='';</script><script src="/public/host/page.js"></script></body></html>`;
