/**
 * Only in the demo: the panel that drives the simulated devices, from another port, in a frame of its own.
 */
import { useState } from 'preact/hooks';

export function Demo({ panel }: { panel: string }) {
  const [open, setOpen] = useState(() => window.innerHeight >= 700);
  return (
    <aside class="demo" data-open={open} aria-label="演示面板">
      <div class="demo-bar">
        <p>
          <b>演示面板</b>：这里假装插拔设备，不属于系统
        </p>
        <button type="button" aria-expanded={open} data-test="demo-toggle" onClick={() => setOpen(!open)}>
          {open ? '收起' : '展开'}
        </button>
      </div>
      {open && <iframe src={panel} title="演示面板：假装放卡、缺纸、断网" data-test="demo-frame" />}
    </aside>
  );
}
