// JupyterLab's renderer of live figures, as a prebuilt extension written by hand: JupyterLab runs
// this file when it starts, and the program of the figures is loaded with the first figure. An
// output is only data; nothing that a notebook holds is run, and a notebook need not be trusted.
(() => {
  'use strict';
  const NAME = 'invicl-live';
  const TYPE = 'application/vnd.icl.live+json';
  const program = new URL('LIVE_FILE', document.currentScript.src).href;
  let shared = null;
  let loading = null;

  const load = () =>
    (loading ??= new Promise((done, failed) => {
      const script = document.createElement('script');
      script.src = program;
      script.onload = done;
      script.onerror = () => failed(new Error(`${program} could not be loaded`));
      document.head.append(script);
    }));

  /** What GitHub shows too; it stays when the figure cannot run. */
  function showPicture(element, data) {
    const image = document.createElement('img');
    image.src = `data:image/png;base64,${data['image/png']}`;
    image.alt = data['text/plain'];
    image.style.maxWidth = '100%';
    element.replaceChildren(image);
  }

  /** Pictures of plotly figures are shown whole where there is less room than they are wide. */
  function fitPictures() {
    const style = document.createElement('style');
    style.textContent = '.jp-RenderedPlotly img.plot-img { max-width: 100%; height: auto; }';
    document.head.append(style);
  }

  async function mimeExtension() {
    fitPictures();
    const [version] = Object.values(shared['@lumino/widgets']);
    const { Widget } = (await version.get())();
    class Live extends Widget {
      async renderModel({ data }) {
        showPicture(this.node, data);
        try {
          await load();
          window.icl.mount(this.node, data[TYPE]);
        } catch (error) {
          console.warn('a live figure keeps its picture:', error);
        }
      }
    }
    const plugin = {
      id: `${NAME}:figure`,
      rendererFactory: {
        safe: true,
        mimeTypes: [TYPE],
        defaultRank: 1,
        createRenderer: () => new Live(),
      },
      rank: 1,
      dataType: 'json',
    };
    return () => ({ __esModule: true, default: plugin });
  }

  (window._JUPYTERLAB ??= {})[NAME] = {
    init: (scope) => {
      shared = scope;
    },
    get: mimeExtension,
  };
})();
