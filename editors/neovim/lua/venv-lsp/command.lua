--- The sub-commands of `:VenvLsp`.
local M = {}

local NAME = 'venv_lsp'

--- How long a server may take to end by itself before it is killed, in milliseconds.
local STOP_MS = 3000

---@param message string
---@param level? integer
local function notify(message, level)
  vim.notify('venv-lsp: ' .. message, level or vim.log.levels.INFO)
end

---@return vim.lsp.Client[]
local function clients()
  local found = vim.lsp.get_clients({ name = NAME })
  if #found == 0 then
    notify('the server is not running; see `:checkhealth venv-lsp`', vim.log.levels.WARN)
  end
  return found
end

--- Carries out what the server thinks best for a broken environment.
---@param client vim.lsp.Client
local function repair(client)
  local buffer = vim.api.nvim_get_current_buf()
  local last = vim.api.nvim_buf_line_count(buffer)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = { start = { line = 0, character = 0 }, ['end'] = { line = last, character = 0 } },
    context = { diagnostics = {}, only = { 'quickfix' } },
  }
  client:request('textDocument/codeAction', params, function(problem, actions)
    if problem then
      return notify(problem.message, vim.log.levels.ERROR)
    end
    for _, action in ipairs(actions or {}) do
      local command = action.command
      if type(command) == 'table' and command.command == 'venv-lsp.repairEnvironment' then
        return client:exec_cmd(command, { bufnr = buffer })
      end
    end
    notify('there is nothing to repair')
  end, buffer)
end

---@type table<string, fun()>
local SUBCOMMANDS = {
  cancel = function()
    local cancelled = false
    for _, client in ipairs(clients()) do
      for token in pairs(client.progress.pending) do
        client:notify('window/workDoneProgress/cancel', { token = token })
        cancelled = true
      end
    end
    if not cancelled then
      notify('nothing is running')
    end
  end,
  env = function()
    require('venv-lsp.environment').ask(vim.api.nvim_get_current_buf(), function(answer, problem)
      if not answer then
        return notify(problem or 'no answer', vim.log.levels.WARN)
      end
      local text = table.concat(require('venv-lsp.environment').words(answer), '\n')
      vim.api.nvim_echo({ { text } }, true, {})
    end)
  end,
  log = function()
    vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
    vim.cmd.normal({ 'G', bang = true })
  end,
  refresh = function()
    for _, client in ipairs(clients()) do
      client:exec_cmd({ title = 'Refresh', command = 'venv-lsp.refresh', arguments = {} })
    end
  end,
  repair = function()
    for _, client in ipairs(clients()) do
      repair(client)
    end
  end,
  restart = function()
    if not vim.lsp.is_enabled(NAME) then
      return notify("not enabled; call `vim.lsp.enable('venv_lsp')`", vim.log.levels.WARN)
    end
    local running = vim.lsp.get_clients({ name = NAME })
    for _, client in ipairs(running) do
      client:stop()
    end
    local deadline = vim.uv.now() + STOP_MS
    local function start_when_stopped()
      local forced = vim.uv.now() > deadline
      for _, client in ipairs(running) do
        if not client:is_stopped() then
          if forced then
            client:stop(true)
          end
          return vim.defer_fn(start_when_stopped, 20)
        end
      end
      vim.lsp.enable(NAME)
    end
    start_when_stopped()
  end,
}

---@param args vim.api.keyset.create_user_command.command_args
function M.run(args)
  local subcommand = SUBCOMMANDS[args.args]
  if not subcommand then
    local known = table.concat(M.complete(''), ', ')
    return notify(('`%s` is not a sub-command; there are: %s'):format(args.args, known), vim.log.levels.ERROR)
  end
  subcommand()
end

---@param lead string
---@return string[]
function M.complete(lead)
  local names = vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, vim.tbl_keys(SUBCOMMANDS))
  table.sort(names)
  return names
end

return M
