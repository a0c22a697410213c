import * as c from './bin/cells.mjs';
for (const k of ['checkCells']) { try { const r = await c[k](); console.log(k,'ok',r); } catch(e){ console.log(k, e.message, e.remedy ?? ''); } }
