/** An element; text is text, never markup, whoever wrote it. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== 'string') element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null));
  return element;
}

export function field(name, label, properties = {}) {
  const { long, value, ...rest } = properties;
  const input = el(long ? 'textarea' : 'input', { name, required: true, ...rest });
  if (value !== undefined) input.value = value;
  return el('label', {}, label, input);
}

/** A button that does something, beside those that send a form. */
export function action(label, onclick, properties = {}) {
  return el('button', { type: 'button', onclick, ...properties }, label);
}

/**
 * A form that tells what it holds, once at a time. `others` are further ways to send it, by name and label;
 * these take it however little is filled in.
 */
export function form(label, fields, onSubmit, others = {}) {
  const buttons = [
    el('button', { class: 'main' }, label),
    ...Object.entries(others).map(([value, text]) =>
      el('button', { value, formNoValidate: true }, text),
    ),
  ];
  const disable = (disabled) => {
    for (const button of buttons) button.disabled = disabled;
  };
  return el(
    'form',
    {
      onsubmit: async (event) => {
        event.preventDefault();
        const { target, submitter } = event;
        const held = Object.fromEntries(new FormData(target));
        disable(true);
        await onSubmit(held, target, submitter?.value ?? '').finally(() => disable(false));
      },
    },
    ...fields,
    buttons.length > 1 ? el('p', { class: 'row' }, ...buttons) : buttons[0],
  );
}

export function say(text) {
  document.getElementById('status').textContent = text;
}
