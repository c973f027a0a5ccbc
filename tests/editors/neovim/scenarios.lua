--- What a person does with venv-lsp in Neovim, and what must then be true.
---
--- Each scenario has its own project and its own editors. Nothing waits for a time to pass, only
--- for a condition to hold.
package.path = vim.env.VENV_LSP_PROJECT .. '/tests/editors/neovim/?.lua;' .. package.path
vim.opt.runtimepath:prepend(vim.env.VENV_LSP_PROJECT .. '/editors/neovim')

local Editor = require('editor')
local projects = require('projects')

---@param actual any
---@param expected any
local function equal(actual, expected)
  if not vim.deep_equal(actual, expected) then
    error(('expected %s, but it is %s'):format(vim.inspect(expected), vim.inspect(actual)), 2)
  end
end

---@param text string
---@param part string
local function contains(text, part)
  if not text:find(part, 1, true) then
    error(('expected `%s` in:\n%s'):format(part, text), 2)
  end
end

---@type { name: string, run: fun() }[]
local scenarios = {}
local function scenario(name, run)
  table.insert(scenarios, { name = name, run = run })
end

scenario('from no environment to nothing missing, by one action', function()
  local root = projects.copy('playground')
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'environment-missing' })
  local diagnostic = editor:diagnostics()[1]
  equal(diagnostic.lnum, 1)
  equal(diagnostic.source, 'venv-lsp')
  equal(diagnostic.severity, vim.diagnostic.severity.WARN)

  editor:act(1, '^Create `%.venv` .*install 1 requirement$')
  editor:wait_codes({})
  editor:wait('the end of the progress', [[
    return _G.progress[#_G.progress] and _G.progress[#_G.progress].kind == 'end'
  ]])
  local first = editor:lua('return _G.progress[1]')
  equal(first.kind, 'begin')
  equal(first.cancellable, true)

  local environment = editor:wait('the environment in the buffer', 'return vim.b.venv_lsp_environment').path
  assert(vim.startswith(environment, root .. '/'), environment .. ' is outside of the project')
  assert(projects.has_distribution(environment, 'langchain-ollama'), 'nothing was installed into ' .. environment)
end)

scenario('a sub-folder opened alone finds the environment of its root', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  local editor = Editor.open({ cwd = root .. '/learnRag', file = 'requirements.txt' })
  editor:wait_codes({ 'requirement-not-installed' })
  local environment = editor:wait('the environment in the buffer', 'return vim.b.venv_lsp_environment')
  equal(environment.path, root .. '/.venv')

  editor:command('VenvLsp env')
  local said = editor:wait('what `:VenvLsp env` says', [[
    local said = vim.fn.execute('messages')
    return said:find('.venv', 1, true) and said
  ]])
  contains(said, root .. '/.venv')
  assert(environment.origin ~= '' and environment.reason ~= '')
  contains(said, environment.origin)
  contains(said, environment.reason)
end)

scenario('diagnostics follow unsaved text', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  projects.put_distribution(root .. '/.venv', 'langchain-ollama')
  local file = root .. '/learnRag/requirements.txt'
  local before = vim.fn.readfile(file)
  local editor = Editor.open({ cwd = root, file = file })
  editor:wait('the environment in the buffer', 'return vim.b.venv_lsp_environment')
  editor:lua([[vim.api.nvim_buf_set_lines(0, -1, -1, true, { 'flask' })]])
  editor:wait_codes({ 'requirement-not-installed' })
  equal(editor:diagnostics()[1].lnum, #before)
  equal(vim.fn.readfile(file), before)
  editor:command('undo')
  editor:wait_codes({})
end)

scenario('what a terminal installs or removes shows without a keystroke', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'requirement-not-installed' })
  local folder = projects.put_distribution(root .. '/.venv', 'langchain-ollama')
  editor:wait_codes({})
  vim.fn.delete(folder, 'rf')
  editor:wait_codes({ 'requirement-not-installed' })
end)

scenario('an environment made in a terminal shows without a keystroke', function()
  local root = projects.copy('playground')
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'environment-missing' })
  projects.environment(root .. '/.venv')
  editor:wait_codes({ 'requirement-not-installed' })
end)

scenario('a running installation can be cancelled', function()
  local root = projects.copy('playground')
  projects.environment_with_pip(root .. '/.venv')
  local index = projects.silent_index()
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt', env = index.env })
  editor:wait_codes({ 'requirement-not-installed' })
  editor:act(1, '^Install `langchain%-ollama`')
  Editor.wait_for('a question to the index', function()
    return index.asked > 0
  end)
  assert(editor:lua([[return next(vim.lsp.get_clients({ name = 'venv_lsp' })[1].progress.pending)]]), 'no progress')
  editor:command('VenvLsp cancel')
  editor:wait('the end of the progress', [[return _G.progress[#_G.progress].kind == 'end']])
  Editor.wait_for('the end of the installer', function()
    return index.left == index.asked
  end)
  editor:wait('the answer to the command', [[return not next(vim.lsp.get_clients({ name = 'venv_lsp' })[1].requests)]])
  editor:wait_codes({ 'requirement-not-installed' })
  index.close()
end)

scenario('leaving the editor ends a running installation', function()
  local root = projects.copy('playground')
  projects.environment_with_pip(root .. '/.venv')
  local index = projects.silent_index()
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt', env = index.env })
  editor:wait_codes({ 'requirement-not-installed' })
  editor:act(1, '^Install `langchain%-ollama`')
  Editor.wait_for('a question to the index', function()
    return index.asked > 0
  end)
  editor:quit()
  Editor.wait_for('the end of the installer', function()
    return index.left == index.asked
  end)
  index.close()
end)

scenario('the server goes when the editor is left', function()
  local editor = Editor.open({ cwd = projects.copy('playground'), file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'environment-missing' })
  equal(#editor:children(), 1)
  editor:quit()
end)

scenario('the server goes when the editor crashes', function()
  local editor = Editor.open({ cwd = projects.copy('playground'), file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'environment-missing' })
  editor:crash()
end)

scenario('checkhealth finds nothing wrong', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'requirement-not-installed' })
  editor:command('checkhealth venv-lsp')
  local report = table.concat(editor:lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)'), '\n')
  assert(not report:find('ERROR') and not report:find('WARNING'), report)
  contains(report, 'Version: venv-lsp ')
  contains(report, root .. '/.venv')
end)

scenario('a server that is missing is named, and checkhealth says how to get it', function()
  local settings = { cmd = { 'no-such-venv-lsp', 'server' } }
  local editor = Editor.open({ cwd = projects.copy('playground'), file = 'learnRag/requirements.txt', settings = settings })
  contains(editor:lua([[return vim.fn.execute('messages')]]), '`no-such-venv-lsp` is not an executable program')
  editor:command('checkhealth venv-lsp')
  local report = table.concat(editor:lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)'), '\n')
  contains(report, 'ERROR')
  contains(report, '`no-such-venv-lsp` is not an executable program')
end)

scenario('every kind of requirements file is served', function()
  local root = projects.copy('playground')
  local names = {
    'requirements.txt',
    'requirements-dev.txt',
    'requirements_dev.txt',
    'requirements-dev.in',
    'dev-requirements.txt',
    'devrequirements.txt',
    'requirements/base.txt',
    'requirements/base.in',
    'constraints.txt',
    'constraints-3.12.txt',
  }
  local editor = Editor.open({ cwd = root })
  for _, name in ipairs(names) do
    projects.write(('%s/kinds/%s'):format(root, name), { 'flask' })
    editor:command(('edit kinds/%s'):format(name))
    equal({ name, editor:lua('return vim.bo.filetype') }, { name, 'requirements' })
    if not vim.startswith(name, 'constraints') then
      editor:wait_codes({ 'environment-missing' })
    end
  end
  projects.write(root .. '/kinds/notes.txt', { 'flask' })
  editor:command('edit kinds/notes.txt')
  equal(editor:lua('return vim.bo.filetype'), 'text')
  equal(editor:lua('return #vim.lsp.get_clients({ bufnr = 0 })'), 0)
end)

local PYPROJECT = {
  '[project]',
  'name = "app"',
  'version = "1.0"',
  'dependencies = [',
  '    "langchain-ollama",',
  ']',
}

scenario('a pyproject.toml: from no environment to nothing missing', function()
  local root = projects.copy('playground')
  projects.write(root .. '/pyproject.toml', PYPROJECT)
  local editor = Editor.open({ cwd = root, file = 'pyproject.toml' })
  editor:wait_codes({ 'environment-missing' })
  equal(editor:diagnostics()[1].lnum, 4)
  editor:act(4, '^Create `%.venv` .*install 1 requirement$')
  editor:wait_codes({})
  assert(projects.has_distribution(root .. '/.venv', 'langchain-ollama'), 'nothing was installed')

  editor:lua([[vim.api.nvim_buf_set_lines(0, 5, 5, true, { '    "httpx >= 0.27",' })]])
  editor:wait_codes({})
  editor:lua([[vim.api.nvim_buf_set_lines(0, 6, 6, true, { '    "numpy",' })]])
  editor:wait_codes({ 'requirement-not-installed' })
end)

scenario('hovers, completions, hints and ways to other places', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  projects.put_distribution(root .. '/.venv', 'langchain-ollama')
  projects.put_distribution(root .. '/.venv', 'langchain-core')
  projects.write(root .. '/pyproject.toml', PYPROJECT)
  local editor = Editor.open({ cwd = root, file = 'pyproject.toml' })
  editor:wait('the environment in the buffer', 'return vim.b.venv_lsp_environment')

  editor:lua([[
    vim.api.nvim_win_set_cursor(0, { 5, 8 })
    vim.lsp.buf.hover()
  ]])
  local text = editor:wait('the hover', [[
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then
        local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
        return table.concat(lines, '\n')
      end
    end
  ]])
  contains(text, 'langchain-ollama')
  contains(text, '1.0')

  editor:lua([[vim.lsp.inlay_hint.enable(true)]])
  local hint = editor:wait('the hint', [[
    local hints = vim.lsp.inlay_hint.get({ bufnr = 0 })
    return hints[1] and hints[1].inlay_hint
  ]])
  equal(hint.position.line, 4)
  contains(hint.label, '1.0')

  -- A word is typed in a new item, and completed as `CTRL-X CTRL-O` does it.
  equal(editor:lua('return vim.bo.omnifunc'), 'v:lua.vim.lsp.omnifunc')
  editor:lua([[
    vim.api.nvim_buf_set_lines(0, 5, 5, true, { '    "lang' })
    vim.api.nvim_win_set_cursor(0, { 6, 8 })
    vim.api.nvim_input('A<C-X><C-O>')
  ]])
  local words = editor:wait('the completions', [[
    local words = vim.tbl_map(function(item) return item.word end, vim.fn.complete_info({ 'items' }).items)
    -- One that is alone is written at once.
    return #words > 0 and words or vim.api.nvim_get_current_line():find('langchain') and { 'langchain-core' }
  ]])
  assert(vim.tbl_contains(words, 'langchain-core'), vim.inspect(words))
  editor:lua([[vim.api.nvim_input('<Esc>')]])
end)

scenario('an extra is renamed everywhere in its file', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  projects.write(root .. '/pyproject.toml', {
    '[project]',
    'name = "app"',
    'version = "1.0"',
    '[project.optional-dependencies]',
    'docs = ["langchain-ollama"]',
    'all = ["app[docs]"]',
  })
  local editor = Editor.open({ cwd = root, file = 'pyproject.toml' })
  editor:wait('the environment in the buffer', 'return vim.b.venv_lsp_environment')
  editor:lua([[
    vim.api.nvim_win_set_cursor(0, { 5, 1 })
    vim.lsp.buf.rename('manual')
  ]])
  editor:wait('the new name in both places', [[
    local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
    return vim.deep_equal(vim.list_slice(lines, 5, 6), { 'manual = ["langchain-ollama"]', 'all = ["app[manual]"]' })
  ]])
end)

scenario('a requirements file is tidied, folded and has an outline', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  projects.put_distribution(root .. '/.venv', 'langchain-ollama')
  local file = root .. '/requirements.txt'
  projects.write(file, { 'langchain-ollama  >=  0.5 ; python_version>"3"', '-r learnRag/requirements.txt' })
  local editor = Editor.open({ cwd = root, file = 'requirements.txt' })
  editor:wait('the environment in the buffer', 'return vim.b.venv_lsp_environment')
  editor:lua([[vim.lsp.buf.format({ timeout_ms = 60000 })]])
  local line = editor:lua([[return vim.api.nvim_buf_get_lines(0, 0, 1, true)[1] ]])
  assert(not line:find('  '), 'it was not tidied: ' .. line)

  editor:wait('the colours', [[
    local tokens = vim.lsp.semantic_tokens.get_at_pos(0, 0, 0)
    return tokens and tokens[1] and tokens[1].type == 'class'
  ]])

  local outline = editor:wait('the outline', [[
    local client = vim.lsp.get_clients({ name = 'venv_lsp' })[1]
    local params = { textDocument = vim.lsp.util.make_text_document_params() }
    local answer = client:request_sync('textDocument/documentSymbol', params, 60000, 0)
    return answer and answer.result and #answer.result > 0 and answer.result
  ]])
  contains(outline[1].name, 'langchain-ollama')

  editor:lua([[vim.api.nvim_win_set_cursor(0, { 2, 8 })]])
  editor:lua([[vim.lsp.buf.definition()]])
  editor:wait('the included file', [[return vim.api.nvim_buf_get_name(0):find('learnRag/requirements.txt', 1, true) ~= nil]])
end)

scenario('every file that asks for packages is served, and no other', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  local script = { '# /// script', '# dependencies = ["flask"]', '# ///' }
  local ours = {
    ['pyproject.toml'] = { '[project]', 'name = "app"', 'version = "1"', 'dependencies = ["flask"]' },
    ['Pipfile'] = { '[packages]', 'flask = "*"' },
    ['setup.cfg'] = { '[options]', 'install_requires =', '    flask' },
    ['setup.py'] = { 'from setuptools import setup', 'setup(install_requires=["flask"])' },
    ['environment.yml'] = { 'dependencies:', '  - python', '  - pip:', '    - flask' },
    ['tool.py'] = script,
  }
  local editor = Editor.open({ cwd = root })
  for name, lines in vim.spairs(ours) do
    projects.write(('%s/kinds/%s'):format(root, name), lines)
    editor:command(('edit kinds/%s'):format(name))
    editor:wait_codes({ 'requirement-not-installed' })
  end
  local others = { ['tox.ini'] = 'dosini', ['poetry.toml'] = 'toml', ['compose.yml'] = 'yaml', ['app.py'] = 'python' }
  for name, filetype in vim.spairs(others) do
    projects.write(('%s/kinds/%s'):format(root, name), { '' })
    editor:command(('edit kinds/%s'):format(name))
    equal({ name, editor:lua('return vim.bo.filetype') }, { name, filetype })
    equal({ name, editor:lua('return #vim.lsp.get_clients({ bufnr = 0 })') }, { name, 0 })
  end
  -- A script that gets its block later.
  editor:command('edit kinds/app.py')
  editor:lua([[vim.api.nvim_buf_set_lines(0, 0, -1, true, ...)]], script)
  editor:command('write')
  editor:wait_codes({ 'requirement-not-installed' })
end)

scenario('settings reach the server', function()
  local settings = { rules = { ['environment-missing'] = 'error' } }
  local editor = Editor.open({ cwd = projects.copy('playground'), file = 'learnRag/requirements.txt', settings = settings })
  editor:wait_codes({ 'environment-missing' })
  equal(editor:diagnostics()[1].severity, vim.diagnostic.severity.ERROR)
end)

scenario('an environment that is named is used', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  projects.environment(root .. '/other')
  local settings = { environment = root .. '/other' }
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt', settings = settings })
  local environment = editor:wait('the environment in the buffer', 'return vim.b.venv_lsp_environment')
  equal(environment.path, root .. '/other')
end)

scenario('a wrong setting is named, and the rest counts', function()
  local settings = { installer = 'conda', colour = 'red' }
  local editor = Editor.open({ cwd = projects.copy('playground'), file = 'learnRag/requirements.txt', settings = settings })
  editor:wait_codes({ 'environment-missing' })
  local said = editor:lua([[return vim.fn.execute('messages')]])
  contains(said, '`installer` must be "auto", "uv" or "pip"')
  contains(said, '`colour` is not a setting')
end)

scenario('restart gives a new server with the settings of now', function()
  local editor = Editor.open({ cwd = projects.copy('playground'), file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'environment-missing' })
  local old = editor:children()
  editor:lua([[
    local settings = vim.g.venv_lsp
    settings.rules = { ['environment-missing'] = 'error' }
    vim.g.venv_lsp = settings
  ]])
  editor:command('VenvLsp restart')
  editor:wait('the new severity', [[
    local found = vim.diagnostic.get(0)
    return #found == 1 and found[1].severity == vim.diagnostic.severity.ERROR
  ]])
  Editor.wait_for('the end of the old server', function()
    return not Editor.is_alive(old[1])
  end)
  equal(#editor:children(), 1)
end)

--- What programs that the editor starts find in their variables.
---@param editor Editor
---@return { VIRTUAL_ENV?: string, PYTHONHOME?: string, PATH: string, python: string }
local function variables_of_jobs(editor)
  local found = editor:lua([[
    local result = vim.system({ 'sh', '-c', 'env; echo python=$(command -v python3)' }, { text = true }):wait()
    local found = {}
    for name, value in result.stdout:gmatch('([%w_]+)=([^\n]*)') do
      found[name] = value
    end
    return found
  ]])
  return { VIRTUAL_ENV = found.VIRTUAL_ENV, PYTHONHOME = found.PYTHONHOME, PATH = found.PATH, python = found.python }
end

---@param editor Editor
---@param environment string
---@param path string `PATH` as it was before
local function wait_active(editor, environment, path)
  editor:wait(environment .. ' to be active', 'return vim.env.VIRTUAL_ENV == ...', environment)
  equal(variables_of_jobs(editor), {
    VIRTUAL_ENV = environment,
    PATH = environment .. '/bin:' .. path,
    python = environment .. '/bin/python3',
  })
end

scenario('terminals and jobs run in the environment of the file that is worked in', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/learnRag/.venv')
  projects.environment(root .. '/hello/.venv')
  projects.write(root .. '/none/requirements.txt', { 'langchain-ollama' })
  local before = { VIRTUAL_ENV = '/nowhere', PYTHONHOME = vim.env.HOME, PATH = vim.env.PATH }
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt', env = before })
  local path = vim.env.PATH
  wait_active(editor, root .. '/learnRag/.venv', path)

  -- A terminal is no file: in there the last file's stays.
  editor:command('terminal sh -c "env > part.txt && mv part.txt terminal.txt"')
  Editor.wait_for('what the terminal says', function()
    return vim.uv.fs_stat(root .. '/terminal.txt')
  end)
  local said = table.concat(vim.fn.readfile(root .. '/terminal.txt'), '\n')
  contains(said, '\nVIRTUAL_ENV=' .. root .. '/learnRag/.venv\n')
  assert(not said:find('\nPYTHONHOME='), 'PYTHONHOME is still there')

  -- A Python file that asks for nothing has one too.
  projects.write(root .. '/hello/app.py', { 'import sys' })
  editor:command('edit hello/app.py')
  wait_active(editor, root .. '/hello/.venv', path)
  equal(editor:lua('return #vim.lsp.get_clients({ bufnr = 0 })'), 0)
  editor:command('edit learnRag/requirements.txt')
  wait_active(editor, root .. '/learnRag/.venv', path)

  -- What else was put in front meanwhile is no part of it.
  editor:lua([[vim.env.PATH = '/added:' .. vim.env.PATH]])
  editor:command('edit none/requirements.txt')
  editor:wait('what was there', [[return vim.env.VIRTUAL_ENV == '/nowhere']])
  local now = variables_of_jobs(editor)
  equal({ now.VIRTUAL_ENV, now.PYTHONHOME, now.PATH }, { '/nowhere', before.PYTHONHOME, '/added:' .. path })
end)

scenario('an environment that goes is active no more, and one that comes is', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt' })
  wait_active(editor, root .. '/.venv', vim.env.PATH)
  vim.fn.delete(root .. '/.venv', 'rf')
  editor:wait_codes({ 'environment-missing' })
  editor:wait('nothing to be active', 'return vim.env.VIRTUAL_ENV == nil')
  equal(variables_of_jobs(editor).PATH, vim.env.PATH)
  projects.environment(root .. '/.venv')
  wait_active(editor, root .. '/.venv', vim.env.PATH)

  -- A server that is started now is not misled by what is active here.
  projects.write(vim.env.HOME .. '/elsewhere/requirements.txt', { 'flask' })
  editor:command('edit ' .. vim.env.HOME .. '/elsewhere/requirements.txt')
  editor:wait_codes({ 'environment-missing' })
  equal(#editor:children(), 2)
  equal(variables_of_jobs(editor).VIRTUAL_ENV, nil)
end)

scenario('nothing is activated for who does not want it, or does not trust the folder', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  for name, value in pairs({ activate = false, trusted = false }) do
    local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt', settings = { [name] = value } })
    editor:wait('the environment in the buffer', 'return vim.b.venv_lsp_environment')
    equal(variables_of_jobs(editor), { PATH = vim.env.PATH, python = vim.fn.exepath('python3') })
  end
end)

scenario('the other language servers of a file are told its interpreter, unless somebody chose one', function()
  local servers = require('venv-lsp.servers')
  local function client(id, name, settings)
    local client = { id = id, name = name, settings = settings, sent = {} }
    function client:notify(method, params)
      table.insert(self.sent, { method, vim.json.encode(params.settings) })
    end
    return client
  end
  local CHANGED = 'workspace/didChangeConfiguration'

  local settings = { python = { analysis = { typeCheckingMode = 'strict' } } }
  local pyright = client(1001, 'pyright', settings)
  servers.tell(pyright, '/a/bin/python')
  equal(pyright.settings, { python = { analysis = { typeCheckingMode = 'strict' }, pythonPath = '/a/bin/python' } })
  equal(settings.python.pythonPath, nil)
  servers.tell(pyright, '/a/bin/python')
  equal(#pyright.sent, 1)
  servers.tell(pyright, '/b/bin/python')
  servers.tell(pyright, nil)
  equal(#pyright.sent, 3)
  equal(pyright.settings, settings)

  local pylsp = client(1002, 'pylsp', {})
  servers.tell(pylsp, '/a/bin/python')
  servers.tell(pylsp, nil)
  equal(pylsp.sent, {
    { CHANGED, [[{"pylsp":{"plugins":{"jedi":{"environment":"/a/bin/python"}}}}]] },
    { CHANGED, [[{"pylsp":{"plugins":{"jedi":{}}}}]] },
  })

  local chosen = client(1003, 'basedpyright', { python = { pythonPath = '/mine/bin/python' } })
  servers.tell(chosen, '/a/bin/python')
  local other = client(1004, 'lua_ls', {})
  servers.tell(other, '/a/bin/python')
  equal({ chosen.sent, other.sent }, { {}, {} })
end)

scenario('an environment whose Python is gone is repaired, with all that it had', function()
  local root = projects.copy('playground')
  local environment = root .. '/.venv'
  projects.environment_with_pip(environment)
  projects.install(environment, { 'langchain-ollama', 'pydantic' })
  projects.take_python_away(environment)
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'environment-broken' })
  contains(editor:diagnostics()[1].message, '.venv')
  -- A broken environment is not activated.
  equal(variables_of_jobs(editor), { PATH = vim.env.PATH, python = vim.fn.exepath('python3') })

  editor:command('VenvLsp repair')
  editor:wait_codes({})
  wait_active(editor, environment, vim.env.PATH)
  for _, name in ipairs({ 'langchain-ollama', 'langchain-core', 'ollama', 'httpx', 'pydantic' }) do
    assert(projects.has_distribution(environment, name), name .. ' is not back')
  end
  projects.check_import(environment, 'langchain_ollama')
  equal(vim.fn.glob(root .. '/.venv?*', true, true), {})

  editor:command('VenvLsp repair')
  editor:wait('the answer', [[return vim.fn.execute('messages'):find('there is nothing to repair', 1, true) ~= nil]])
end)

scenario('an environment that was copied is repaired where it is now', function()
  local root = projects.copy('playground')
  local original = root .. '/.venv'
  projects.environment_with_pip(original)
  projects.install(original, { 'langchain-ollama' })
  local copy = root .. '/learnRag/.venv'
  projects.copy_environment(original, copy)
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'environment-broken' })
  editor:command('VenvLsp repair')
  editor:wait_codes({})
  projects.check_import(copy, 'langchain_ollama')
  equal(projects.home_of(copy .. '/bin/pip'), copy)
  equal(projects.home_of(original .. '/bin/pip'), original)
end)

scenario('the sub-commands complete and refuse what they do not know', function()
  local root = projects.copy('playground')
  projects.environment(root .. '/.venv')
  local editor = Editor.open({ cwd = root, file = 'learnRag/requirements.txt' })
  editor:wait_codes({ 'requirement-not-installed' })
  equal(editor:lua([[return vim.fn.getcompletion('VenvLsp ', 'cmdline')]]), { 'cancel', 'env', 'log', 'refresh', 'repair', 'restart' })
  equal(editor:lua([[return vim.fn.getcompletion('VenvLsp re', 'cmdline')]]), { 'refresh', 'repair', 'restart' })
  editor:command('VenvLsp refresh')
  editor:wait('the answer to refresh', [[return not next(vim.lsp.get_clients({ name = 'venv_lsp' })[1].requests)]])
  editor:lua([[pcall(vim.cmd.VenvLsp, 'dance')]])
  local said = editor:lua([[return vim.fn.execute('messages')]])
  contains(said, '`dance` is not a sub-command')
  assert(not said:find('does not support command'), said)
  editor:command('VenvLsp log')
  equal(editor:lua([[return vim.api.nvim_buf_get_name(0) == vim.lsp.log.get_filename()]]), true)
end)

scenario('the root is the nearest sign of a project, else the playground, else the folder', function()
  local of_file = require('venv-lsp.root').of_file
  local top = projects.copy('playground')
  local file = top .. '/learnRag/requirements.txt'
  local home = vim.env.HOME
  equal(of_file(file, top .. '/learnRag', home), top .. '/learnRag')
  equal(of_file(file, top, home), top)
  equal(of_file(file, home, home), top .. '/learnRag')
  equal(of_file(file, top .. '/hello', home), top .. '/learnRag')
  vim.fn.mkdir(home .. '/.venv')
  equal(of_file(file, top .. '/learnRag', home), top .. '/learnRag')
  vim.fn.delete(home .. '/.venv', 'd')
  vim.fn.mkdir(top .. '/.git')
  equal(of_file(file, top .. '/learnRag', home), top)
  projects.write(top .. '/learnRag/pyproject.toml', {})
  equal(of_file(file, top, home), top .. '/learnRag')
end)

---@param name string
---@return boolean
local function is_wanted(name)
  if #arg == 0 then
    return true
  end
  for _, word in ipairs(arg) do
    if name:find(word, 1, true) then
      return true
    end
  end
  return false
end

local passed, failed = 0, 0
for _, case in ipairs(scenarios) do
  if is_wanted(case.name) then
    local begun = vim.uv.hrtime()
    local ok, problem = xpcall(case.run, function(message)
      return type(message) == 'string' and message or debug.traceback(vim.inspect(message))
    end)
    local left_behind = Editor.quit_all()
    local seconds = (vim.uv.hrtime() - begun) / 1e9
    if ok and #left_behind == 0 then
      passed = passed + 1
      io.stdout:write(('ok   %s (%.1f s)\n'):format(case.name, seconds))
    else
      failed = failed + 1
      local reasons = vim.list_extend(ok and {} or { problem }, left_behind)
      io.stdout:write(('FAIL %s (%.1f s)\n%s\n'):format(case.name, seconds, table.concat(reasons, '\n')))
    end
    io.stdout:flush()
  end
end
-- A run without scenarios proves nothing.
if passed + failed == 0 then
  failed = 1
  io.stdout:write('FAIL no scenario has this name\n')
end
io.stdout:write(('%d passed, %d failed\n'):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
