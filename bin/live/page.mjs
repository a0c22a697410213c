// The program of live figures in a page: the library's own code, its trained models, and one name,
// window.icl. bin/live/bundle.mjs makes one file of it.
import { decodeSafetensors } from '../../lib/core/safetensors';
import { openLive } from '../../lib/live';
import { mountLive } from '../../lib/live/mount';
import { InContextModel } from '../../lib/model/incontext';
import { restored } from '../../lib/training/checkpoint';
import ar from '../../data/live/ar.safetensors';
import invicl from '../../data/live/invicl.safetensors';

function modelOf(name, bytes) {
  const { arrays, metadata } = decodeSafetensors(bytes, name);
  const facts = JSON.parse(metadata.facts);
  return restored(name, { arrays, facts }, new InContextModel(facts.model));
}

let models = null;

window.icl = {
  /**
   * Shows a live figure in an element, in place of what it holds.
   *
   * @param output what the output of a notebook holds: { figure, given }
   * @throws CourseError when the output is none; the element is then as it was
   */
  mount(element, output) {
    models ??= { ar: modelOf('ar', ar), invicl: modelOf('invicl', invicl) };
    openLive(output, models).use((figure, state) => mountLive(element, figure, state));
  },
};
