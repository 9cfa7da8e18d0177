// A program: runs a Node function over the Runtime API. Its argument is the handler, `file.function` with or without folders.

import { existsSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1, noDelay: true });
const BASE = '/2018-06-01/runtime';
let requestId = '';

function call(method, target, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const request = http.request({ host, port, method, path: BASE + target, agent, headers: { ...headers, ...length } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function described(error, fallback) {
  if (error instanceof Error) {
    return { errorType: error.name || fallback, errorMessage: error.message, trace: (error.stack || '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function write(level, args) {
  const line = format(...args).replaceAll('\n', '\r');
  process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${line}\n`);
}

function setUpConsole() {
  console.log = (...args) => write('INFO', args);
  console.info = (...args) => write('INFO', args);
  console.warn = (...args) => write('WARN', args);
  console.error = (...args) => write('ERROR', args);
  console.debug = (...args) => write('DEBUG', args);
  console.trace = (...args) => write('TRACE', args);
}

class InitError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

async function load(handler) {
  const root = process.env.LAMBDA_TASK_ROOT;
  const folder = path.dirname(handler);
  const [file, ...names] = path.basename(handler).split('.');
  if (!file || names.length === 0 || handler.includes('..')) {
    throw new InitError('Runtime.MalformedHandlerName', `Bad handler '${handler}'`);
  }
  const place = path.resolve(root, folder, file);
  const found = ['', '.js', '.mjs', '.cjs'].map((ending) => place + ending).find((candidate) => candidate !== place && existsSync(candidate));
  if (!found) {
    throw new InitError('Runtime.ImportModuleError', `Error: Cannot find module '${path.basename(place)}'`);
  }
  let loaded;
  try {
    loaded = await import(pathToFileURL(found).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw new InitError('Runtime.UserCodeSyntaxError', String(error));
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw new InitError('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
  const member = (start) => names.reduce((object, name) => object?.[name], start);
  const chosen = member(loaded) ?? member(loaded.default);
  if (chosen === undefined) {
    throw new InitError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof chosen !== 'function') {
    throw new InitError('Runtime.HandlerNotFound', `${handler} is not a function`);
  }
  return chosen;
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error === undefined || error === null ? resolve(result) : reject(error));
    context.done = callback;
    context.succeed = (result) => resolve(result);
    context.fail = (error) => reject(error ?? new Error('handled'));
    const result = handler(event, context, callback);
    if (typeof result?.then === 'function') {
      result.then(resolve, reject);
    } else if (handler.length < 3 && result !== undefined) {
      resolve(result);
    }
  });
}

function report(target, error) {
  const document = described(error, 'Error');
  write('ERROR', [target === '/init/error' ? 'Uncaught Exception' : 'Invoke Error', JSON.stringify(document)]);
  return call('POST', target, JSON.stringify(document), { 'Lambda-Runtime-Function-Error-Type': document.errorType });
}

async function serve(handler) {
  for (;;) {
    const next = await call('GET', '/invocation/next');
    if (next.status !== 200) throw new Error(`The Runtime API answered ${next.status}.`);
    requestId = next.headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'];
    const target = `/invocation/${requestId}`;
    let body;
    try {
      const result = await run(handler, JSON.parse(next.body.toString()), contextOf(next.headers));
      body = JSON.stringify(result === undefined ? null : result);
    } catch (error) {
      await report(`${target}/error`, error);
      continue;
    }
    await call('POST', `${target}/response`, body, { 'Content-Type': 'application/json' });
  }
}

async function fail(error) {
  const named = error instanceof Error ? error : new Error(String(error));
  await report(requestId ? `/invocation/${requestId}/error` : '/init/error', named);
  process.exit(1);
}

setUpConsole();
process.on('uncaughtException', fail);
process.on('unhandledRejection', (reason) => {
  const error = new Error(reason instanceof Error ? String(reason) : format(reason));
  error.name = 'Runtime.UnhandledPromiseRejection';
  fail(error);
});

try {
  await serve(await load(process.argv[2]));
} catch (error) {
  await fail(error);
}
