/**
 * A live figure in a page: drawing, controls and sentence, and what pointer and keyboard do to
 * them. Works without any library of widgets.
 */
import { ON_DARK, ON_LIGHT, type Control, type LiveFigure, type Place, type Sheet } from './figure';

const STYLE = `
.icl-live { box-sizing: border-box; width: 100%; max-width: 760px; margin: 12px 0; color: inherit;
  font: 14px/1.5 system-ui, 'DejaVu Sans', sans-serif; }
.icl-live svg { display: block; width: 100%; overflow: visible; font-family: inherit; }
.icl-live .handle { cursor: grab; outline: none; touch-action: none; }
.icl-live .handle.ground { cursor: crosshair; touch-action: manipulation; }
.icl-live .handle:focus-visible { outline: 3px solid #3584e4; outline-offset: 2px; }
.icl-live .controls { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center;
  margin: 10px 0; }
.icl-live label { display: inline-flex; gap: 6px; align-items: center; max-width: 100%; }
.icl-live .group { max-width: 100%; }
.icl-live select { min-width: 0; }
.icl-live .group { display: inline-flex; gap: 8px; }
.icl-live .group:has(label.range) { flex: 1 1 220px; }
.icl-live label.range { flex: 1; }
.icl-live input[type=range] { flex: 1; min-width: 120px; }
.icl-live input[type=number] { width: 4.6em; }
.icl-live input, .icl-live select, .icl-live button { font: inherit; color: inherit;
  background: transparent; border: 1px solid #8c8c8c; border-radius: 5px; padding: 3px 8px; }
.icl-live select option { color: #222222; background: #ffffff; }
.icl-live button { cursor: pointer; }
.icl-live p { margin: 6px 0; }
.icl-live p.title { font-weight: bold; }`;

/** The step of each arrow key, to the right and upwards. */
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

const LEAST_WIDTH = 300;

/** An element with a class and a text. */
function made<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.className = className;
  element.textContent = text;
  return element;
}

/** Is the text around an element light, so that the page is dark? */
function onDark(element: Element): boolean {
  const [r, g, b] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? ['0', '0', '0']).map(
    Number,
  ) as [number, number, number];
  return 0.3 * r + 0.6 * g + 0.1 * b > 128;
}

/** The handle that an event is on, by its key. */
const handleOf = (event: Event): string | undefined =>
  (event.target as Element).closest<SVGElement>('[data-handle]')?.dataset['handle'];

/** A live figure in an element of the page. */
class Mounted<S> {
  private readonly svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  private readonly sentence = made('p', 'say');
  private readonly fields: (() => void)[] = [];
  /** The handle that the pointer holds, where it went down, and whether it has moved. */
  private held: { readonly key: string; readonly from: Place; moved: boolean } | null = null;
  private due = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly figure: LiveFigure<S>,
    private state: S,
  ) {
    root.classList.add('icl-live');
    root.setAttribute('role', 'group');
    root.setAttribute('aria-label', figure.title);
    root.setAttribute('data-lm-suppress-shortcuts', ''); // JupyterLab's arrow keys choose cells
    this.svg.setAttribute('role', 'group');
    this.svg.setAttribute('aria-label', figure.help);
    this.sentence.setAttribute('aria-live', 'polite');
    const controls = made('div', 'controls');
    controls.append(...this.groups(figure.controls(state)));
    const title = made('p', 'title', figure.title);
    const help = made('p', 'help', figure.help);
    root.replaceChildren(title, help, this.svg, this.sentence, controls);
    this.listen();
    this.draw();
  }

  private sheet(): Sheet {
    const width = Math.max(LEAST_WIDTH, Math.round(this.root.clientWidth));
    return { width, ink: onDark(this.root) ? ON_DARK : ON_LIGHT };
  }

  /** Draws once before the next frame, however often the state has changed. */
  private set(state: S): void {
    if (state === this.state) return;
    this.state = state;
    this.drawSoon();
  }

  private drawSoon(): void {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      this.draw();
    });
  }

  private draw(): void {
    const sheet = this.sheet();
    const focused = document.activeElement as HTMLElement | SVGElement | null;
    const key = this.svg.contains(focused) ? focused?.dataset['handle'] : undefined;
    const { height, svg } = this.figure.draw(this.state, sheet);
    this.svg.setAttribute('viewBox', `0 0 ${sheet.width} ${height}`);
    this.svg.innerHTML = svg;
    // a handle that is gone leaves its focus to the first one, not to the page
    const kept = key === undefined ? null : (this.handle(key) ?? this.svg.querySelector('.handle'));
    (kept as SVGElement | null)?.focus({ preventScroll: true });
    const words = this.figure.say(this.state);
    if (this.sentence.textContent !== words) this.sentence.textContent = words;
    for (const update of this.fields) update();
    this.root.dataset['numbers'] = JSON.stringify(this.figure.numbers(this.state));
    if (this.figure.later) setTimeout(() => this.goOn());
  }

  /** The next part of a long computation; whatever the reader does comes first. */
  private goOn(): void {
    const next = this.due ? null : this.figure.later!(this.state);
    if (next !== null) this.set(next);
  }

  private handle(key: string): SVGElement | null {
    return this.svg.querySelector<SVGElement>(`[data-handle="${key}"]`);
  }

  private listen(): void {
    this.svg.addEventListener('pointerdown', (event) => this.take(event));
    this.svg.addEventListener('pointermove', (event) => this.move(event));
    this.svg.addEventListener('pointerup', () => this.leave());
    this.svg.addEventListener('pointercancel', () => (this.held = null));
    this.svg.addEventListener('keydown', (event) => this.key(event));
    new ResizeObserver(() => this.drawSoon()).observe(this.root);
    const theme = new MutationObserver(() => this.drawSoon());
    theme.observe(document.body, { attributes: true, attributeFilter: ['data-jp-theme-light'] });
  }

  /** The place of a pointer on the sheet. */
  private placeOf(event: PointerEvent): Place {
    const { left, top, width } = this.svg.getBoundingClientRect();
    const factor = this.sheet().width / width;
    return { x: factor * (event.clientX - left), y: factor * (event.clientY - top) };
  }

  private take(event: PointerEvent): void {
    const key = handleOf(event);
    if (key === undefined || event.button !== 0) return;
    event.preventDefault();
    this.svg.setPointerCapture(event.pointerId);
    this.held = { key, from: this.placeOf(event), moved: false };
    this.handle(key)?.focus({ preventScroll: true });
  }

  private move(event: PointerEvent): void {
    const { held } = this;
    if (!held || !this.figure.drag) return;
    const to = this.placeOf(event);
    held.moved ||= Math.hypot(to.x - held.from.x, to.y - held.from.y) > 3;
    if (held.moved) this.set(this.figure.drag(this.state, held.key, to, this.sheet()));
  }

  private leave(): void {
    const { held } = this;
    this.held = null;
    if (held && !held.moved) this.press(held.key, held.from);
  }

  private press(key: string, at?: Place): void {
    const { figure, state } = this;
    if (figure.press) this.set(figure.press(state, key, at, this.sheet()));
  }

  private key(event: KeyboardEvent): void {
    const key = handleOf(event);
    const arrow = ARROWS[event.key];
    if (key === undefined) return;
    if (event.key === 'Enter' || event.key === ' ') this.press(key);
    else if (arrow && this.figure.arrow)
      this.set(this.figure.arrow(this.state, key, arrow[0], arrow[1]));
    else if (arrow) this.neighbour(key, arrow)?.focus();
    else return;
    event.preventDefault();
  }

  /** The nearest handle in a direction; arrow keys lead to it where they move nothing. */
  private neighbour(key: string, [dx, dy]: readonly [number, number]): SVGElement | undefined {
    const middle = (element: Element): Place => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    };
    const from = middle(this.handle(key)!);
    const ahead = [...this.svg.querySelectorAll<SVGElement>('[data-handle]')].flatMap((element) => {
      const to = middle(element);
      const along = dx * (to.x - from.x) - dy * (to.y - from.y);
      const aside = Math.abs(dy * (to.x - from.x)) + Math.abs(dx * (to.y - from.y));
      return along > 1 ? [{ element, cost: along + 4 * aside }] : [];
    });
    return ahead.sort((a, b) => a.cost - b.cost)[0]?.element;
  }

  /** All controls; those of a group in an element of their own, which is not broken. */
  private groups(controls: readonly Control<S>[]): HTMLElement[] {
    const groups = new Map<string, HTMLElement>();
    controls.forEach((control, index) => {
      const name = ('group' in control && control.group) || `${index}`;
      const group = groups.get(name) ?? made('span', 'group');
      group.append(this.control(control, index));
      groups.set(name, group);
    });
    return [...groups.values()];
  }

  /** A control with its label; its field follows the state. */
  private control(control: Control<S>, index: number): HTMLElement {
    if (control.kind === 'button') {
      const button = made('button', '', control.label);
      button.type = 'button';
      button.addEventListener('click', () => this.set(control.press(this.state)));
      return button;
    }
    const label = made('label', control.kind, control.label);
    const field = control.kind === 'choice' ? this.choice(control) : this.number(control);
    field.name = `${this.figure.title} ${index}`;
    label.append(field);
    return label;
  }

  private choice(control: Control<S> & { readonly kind: 'choice' }): HTMLSelectElement {
    const select = made('select', '');
    select.append(...control.options.map((option) => made('option', '', option)));
    select.addEventListener('change', () => this.set(control.change(this.state, select.value)));
    this.fields.push(() => (select.value = control.value(this.state)));
    return select;
  }

  private number(control: Control<S> & { readonly kind: 'range' | 'number' }): HTMLInputElement {
    const { kind, least, most, step } = control;
    const input = made('input', '');
    input.type = kind;
    Object.assign(input, { min: String(least), max: String(most) });
    input.step = kind === 'range' ? String(step) : 'any'; // own numbers may lie between steps
    input.addEventListener('input', () => {
      const value = input.valueAsNumber;
      if (Number.isFinite(value))
        this.set(control.change(this.state, Math.max(least, Math.min(most, value))));
    });
    input.addEventListener('change', () => (input.value = String(control.value(this.state))));
    this.fields.push(() => {
      if (kind === 'range' || document.activeElement !== input)
        input.value = String(control.value(this.state)); // who types is not interrupted
    });
    return input;
  }
}

/** Puts the style of live figures into the page, once. */
function addStyle(): void {
  if (document.getElementById('icl-live-style')) return;
  const style = made('style', '', STYLE);
  style.id = 'icl-live-style';
  document.head.append(style);
}

/** Shows a figure in an element of the page, in place of what it holds. */
export function mountLive<S>(root: HTMLElement, figure: LiveFigure<S>, state: S): void {
  addStyle();
  new Mounted(root, figure, state);
}
